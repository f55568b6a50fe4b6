"""What people of the demonstration wrote themselves. The numbers and addresses among it are nobody's."""

import random

STUDENT_WELL = (
    "Ik kreeg veel uitleg en mocht snel zelf aan de slag.",
    "Mijn praktijkopleider nam elke week de tijd voor mij.",
    "Leuke collega's, ik voelde me meteen welkom.",
    "Ik heb veel geleerd over hoe je met klanten praat.",
    "De sfeer in het team was goed.",
    "Ik mocht op verschillende afdelingen meekijken.",
    "Ze gaven eerlijke feedback, daar heb ik iets aan gehad.",
    "Ik wist vanaf de eerste dag wat er van mij werd verwacht.",
    "Alles wat ik op school leerde, kon ik hier oefenen.",
    "Ik kreeg steeds moeilijker werk, dat was fijn.",
    "Mijn docent kwam twee keer langs en dacht goed mee.",
    "Fouten maken mocht, zo leer je het meest.",
    "Ik mag hier na mijn opleiding blijven werken!",
    "Het bedrijf had tijd voor mijn opdrachten van school.",
    "Goed rooster, en ik kon het combineren met mijn lessen.",
    "I learned a lot and everybody spoke English with me when I needed it.",
    "My trainer explained everything step by step.",
    "Eigenlijk alles.",
)
STUDENT_IMPROVE = (
    "School mag vaker vragen hoe het gaat.",
    "Ik heb mijn begeleider van school maar één keer gezien.",
    "De opdrachten van school pasten niet bij het werk.",
    "Ik wist pas laat hoe ik beoordeeld zou worden.",
    "De eerste week was er niemand die mij iets uitlegde.",
    "Ik deed vaak hetzelfde werk, daar leer je op een gegeven moment niets meer van.",
    "Mijn stagevergoeding was te laag voor de reiskosten.",
    "School reageerde pas na drie weken op mijn mail.",
    "Het was lastig om een plek te vinden, daar had ik graag hulp bij gehad.",
    "Meer afwisseling in het werk.",
    "Het werkproces in het boekje is moeilijk te begrijpen.",
    "Er moest te veel op papier worden ingevuld.",
    "Mijn praktijkopleider was vaak vrij, dan was er geen vervanger.",
    "Ik had graag ook op zaterdag een keer vrij gehad.",
    "Spreek van tevoren af wie waarvoor belt, nu wist niemand het.",
    "Bel mij gerust als jullie meer willen weten: 06-12345678.",
    "Mijn stage werd verlengd en daar hoorde ik als laatste van.",
    "More contact with school, please. I only got automatic mails.",
    "Niets, het was een goede plek.",
)
TRAINER_WELL = (
    "De student was op tijd, leergierig en stelde goede vragen.",
    "Fijne samenwerking met de begeleider van school.",
    "Duidelijke afspraken aan het begin, dat scheelt veel.",
    "De student heeft grote stappen gezet in zelfstandig werken.",
    "Goed contact met klanten en collega's.",
    "De school reageerde snel toen er iets was.",
    "Het gesprek met z'n drieën aan het begin was nuttig.",
    "De student kwam goed voorbereid binnen.",
    "Prettig dat de beoordeling nu digitaal kan.",
    "Wij hebben de student na afloop een contract gegeven.",
    "Inzet was prima, ook als het druk was.",
    "De opdrachten van school sloten goed aan bij ons werk.",
    "Student past goed in het team.",
    "De theorie kwam op het juiste moment in de opleiding.",
    "Goede student, van mij mag de volgende komen.",
    "Very motivated student, quick to learn.",
)
TRAINER_IMPROVE = (
    "We hebben in een half jaar niemand van school gezien.",
    "De begeleider wisselde twee keer, wij hoorden dat van de student.",
    "Het beoordelingsformulier is te lang en staat vol vaktaal.",
    "Graag eerder weten wanneer de student naar school moet.",
    "De student had geen idee welke leerdoelen er waren.",
    "Stuur de planning van het hele jaar aan het begin.",
    "Inloggen in het systeem van school lukte pas na drie pogingen.",
    "Meer aandacht op school voor op tijd komen en afmelden.",
    "Een vast telefoonnummer bij school zou helpen.",
    "Laat de student langer op één plek blijven, tien weken is kort.",
    "De basisvaardigheden rekenen mogen beter.",
    "Wij krijgen van elke school een ander formulier, maak daar één van.",
    "Ik wil graag met school overleggen, mail mij op opleider@leerbedrijf.example.",
    "Bij vragen ben ik bereikbaar op 06-12345678.",
    "Halverwege een gesprek plannen, niet pas aan het eind als er niets meer te veranderen valt.",
    "De matching: deze student wilde eigenlijk iets anders.",
    "De reistijd was te lang voor deze student.",
    "Please send the assessment in English as well.",
    "Geen opmerkingen.",
)
SENTENCES = {
    "student": {"went_well": STUDENT_WELL, "should_improve": STUDENT_IMPROVE},
    "trainer": {"went_well": TRAINER_WELL, "should_improve": TRAINER_IMPROVE},
}
WRITES, ANSWERS, GOES_ON = 0.25, 0.7, 0.2  # who writes at all, to a question, and a second sentence


def texts(chance: random.Random, role: str) -> dict[str, str] | None:
    """Return what somebody wrote, by question id; None where it was nothing."""
    if chance.random() > WRITES:
        return None
    wrote = {
        question: _some(chance, sentences)
        for question, sentences in SENTENCES[role].items()
        if chance.random() < ANSWERS
    }
    return wrote or None


def _some(chance: random.Random, sentences: tuple[str, ...]) -> str:
    return " ".join(chance.sample(sentences, 2 if chance.random() < GOES_ON else 1))
