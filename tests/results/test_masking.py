"""What may lead to a person is masked in what people wrote, and ordinary numbers are not."""

import pytest

from app.results.masking import MASK, masked

# What is masked stands between bars; ⏎ is a new line.
MASKED = """
bel |06-12345678|
bel |06 12345678|.
bel |0612345678| of |06 12 34 56 78|
bel |06.12.34.56.78|
bel |06,12,34,56,78|
bel |06:12345678|
bel |06_12345678|
bel |06/12345678|
bel |06–12345678|
bel |06 - 12 34 56 78|
bel |06\u00a012\u00a034\u00a056\u00a078|
bel |06\u202f1234\u202f5678|
bel |06‑12345678|
bel |０６１２３４５６７８|
bel |06\u200b123\u200b45678|
bel |+31612345678|
bel |+31 6 12345678|
bel |+31 (0)6 1234 5678|
bel |0031 6 12345678|
bel |020-1234567|
bel |(020) 123 45 67|
bel |0475 - 123456|
bel |088 123 45 67|
bel |+32 475 12 34 56|
bel |0123456789|
op 1-9-2025 belde ik |06 12345678|
van 8.30-17.00 op |0612345678|
woont op |1234 AB|
woont op |1234 AB 12|
woont op |1234AB|
woont op |3511 ab|
woont op |3511ab|
woont op |3511 Ab|
woont op |3511\u00a0ab|
woont op |３５１１ＡＢ|
adres: |1234 ab 12|
woont in de buurt: |Kerkstraat 12, 3511ab| in Utrecht
woont op |Kerkstraat 12a 3511 AB|
woont op |Kerkstraat 12-3, 3511 ab|
woont op |Van der Heijdenstraat 112, 3511 AB|
woont op |de Lange Hof 3, 3511 ab 3|
mail |x.y@leerbedrijf.example|
mail |jan@school.nl|, graag
mail |jan＠school.nl|
mail |jan @ school.nl|
mail |jan @school.nl|
mail |jan@ school.nl|
mail |jan (at) school.nl|
mail |jan(at)school.nl|
mail |jan[at]school.nl|
mail |jan [AT] school [dot] nl|
mail |jan (apenstaartje) school (punt) nl|
mail |jan apenstaartje school.nl|
mail |jan at school.nl|
zie |https://leerbedrijf.example/team|
zie |www.leerbedrijf.example|
zie |leerbedrijf.nl|
zie |instagram.com/jan|
zie |t.me/jan|
zie |wa.me/31612345678|
zie |linkedin.com/in/jan-jansen-12345|
zie |nl.linkedin.com/in/jan|
zie |https://www.linkedin.com/in/jan|
zie |tiktok.com/@jan|
zie |discord.gg/abc|
volg |@iemand_hier|
volg |@jan|
volg |@jan.jansen|, leuk
volg mij, |Insta: jan.123|
volg mij, |snapchat:jan_x|
nummer |123456|
nummer |123456782|
nummer |1234.56.782|
nummer |123 456 782|
nummer |123-456-782|
rekening |NL91 ABNA 0417 1643 00|
rekening |NL91ABNA0417164300|
rekening |NL 91 ABNA 0417 1643 00|
rekening |nl91abna0417164300|
BSN |123.456.789|
nummer |1234 56 789|
|0612345678| euro
€|0612345678|
|06 12 34 56 78| euro
€|06 1234 5678|
€ |06-12345678|
|061.234.567| euro
bel |06;12;34;56;78|
bel |06 12 34 56⏎78|
In 2025⏎|06 12345678|⏎12
woont op |3511-AB|
woont op |3511⏎AB|
volg |insta jan_x|
volg |snapchat jan.x|
volg |Instagram @ jan|
volg |discord jan#1234|
volg |@school.jan|
mail |jan AT gmail DOT com|
mail |jan punt devries at school.nl|
mail |jan at s-bb.nl|
mail |jan@stagemarkt.nl|
zie |stagemarkt.nl/jan|
""".strip().split("\n")

ORDINARY = """
een 8
8/10
in 2026 begonnen
In 2025 op 3 afdelingen
Sinds 2024 is 1 begeleider weg
In 2025 ik 2 keer, in 2026 we 3 keer
2026 De begeleiding was goed
in 2025 en 2026
2023, 2024, 2025
2025-2026
2025 - 2026
2025–2026
2025/2026
2025/26
2025-'26
2025-2026, 20 uur
van 9.00 tot 17.00 uur
8.30-17.00
8:30-17:00
08.30 - 17.00, 24 uur
van 08.30 tot 12.00 en 13.00-17.00 uur
om 8.30, 12.00 en 15.45 uur
3 afdelingen
2 weken
10 weken van 32 uur per week
01-09-2025
1-9-2025
1/9/2025, 10 uur
01.09.2025
2025-09-01, 8 uur
van 01-09-2025 tot 31-01-2026
31-10-2026, 8.30
op 1 september 2025
€ 250
€ 12.500,50
€1.250.000
€ 250000
250000 euro
250000 €
programma 25655. € 250000
1.250.000
12,5%
100 %
0,5 tot 1,5 procent
4 x 1000 kg en 3000mm
1000 en 1 dingen
9 van de 10, 1 2 3 4 5
1, 2, 3, 4, 5, 6, 7, 8, 9, 10
bijv. uitleg en/of feedback, d.w.z. meer
Goed.De begeleiding was leuk.me ook
ik at om 12 uur
2 @ 3
via instagram gevonden
opleiding 25655
VCA-VOL, NEN 3140 en ISO 9001
150000 klanten
120000 km
2000 tm 2010
5000 gr
3000 st
1500 nm
1000 pk, 1600 cc en 4000 tl
1011 je
0,50 euro
€ 12.50
ik werkte @home
@school was het leuk, @kantoor. Ook
zie s-bb.nl
via stagemarkt.nl gevonden
via stagemarkt.nl.
""".strip().split("\n")


@pytest.mark.parametrize("text", MASKED)
def test_what_may_lead_to_a_person_is_masked(text):
    text = text.replace("⏎", "\r\n")
    around = text.split("|")[::2]
    assert masked(text.replace("|", "")) == MASK.join(around)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_numbers_and_words_stay(text):
    assert masked(text) == text


def test_the_rest_of_the_text_stays():
    text = "Goed!\nVraag naar 06-12345678… ½ dag, é, 👍, altijd."
    assert masked(text) == f"Goed!\nVraag naar {MASK}… ½ dag, é, 👍, altijd."


@pytest.mark.parametrize("text", MASKED + ORDINARY)
def test_what_is_masked_again_stays_as_it_is(text):
    once = masked(text.replace("|", "").replace("⏎", "\n"))
    assert masked(once) == once
