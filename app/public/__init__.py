"""What anyone may see without an account or a link."""

from flask import Flask

from app.public import lost_links, results, statements, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(statements.blueprint)
    app.register_blueprint(results.blueprint)
    lost_links.init_app(app)
