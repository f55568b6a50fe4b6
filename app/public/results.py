"""What was published of each year, for anyone: a page, the same as a PDF, and open data. Never from live answers."""

from flask import Blueprint, Response, abort, render_template

from app import security
from app.results.publishing import data as publication_data
from app.results.publishing import pdf as publication_pdf
from app.results.publishing import publication
from app.results.publishing import story as publication_story
from app.results.publishing import years as publication_years
from app.results.publishing.publication import Yearbook

blueprint = Blueprint("published", __name__)


@blueprint.get("/results")
@security.public
def show_newest():
    books = publication.everything()
    if not books:
        return render_template("public/results_none.html")
    return _page(books[0], books)


@blueprint.get("/results/<int:year>")
@security.public
def show_year(year: int):
    return _page(_of(year), publication.everything())


@blueprint.get("/results/<int:year>.pdf")
@security.public
def download_pdf(year: int):
    made = publication_pdf.pdf(_of(year), publication.everything())
    return _file(made, "application/pdf", f"bpv-monitor-{year}.pdf")


@blueprint.get("/results/<int:year>.csv")
@security.public
def download_data(year: int):
    return _file(publication_data.table(_of(year)), "text/csv", f"bpv-monitor-{year}.csv")


@blueprint.get("/results/<int:year>.txt")
@security.public
def show_readme(year: int):
    return Response(publication_data.readme(_of(year)), mimetype="text/plain")


def _of(year: int) -> Yearbook:
    return publication.of_year(year) or abort(404)


def _page(book: Yearbook, books: list[Yearbook]):
    sections = publication_story.tell(book, books)
    sources = publication_years.sources(book)
    period = publication_story.period(book)
    return render_template(
        "public/results.html", book=book, books=books, sections=sections, sources=sources, period=period
    )


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
