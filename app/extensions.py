"""The Flask extensions, one of each, bound to the application in create_app()."""

from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_limiter import Limiter
from flask_mail import Mail
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.database import Base
from app.outside import network

db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base  # what type checkers take db.Model for, which they cannot follow
else:
    Model = db.Model
migrate = Migrate(db=db, directory="migrations", render_as_batch=True, compare_type=True)
babel = Babel()
csrf = CSRFProtect()
mail = Mail()
limiter = Limiter(network, storage_uri="database://", strategy="fixed-window")
security = Security()
