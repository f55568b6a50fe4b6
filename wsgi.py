"""What gunicorn and the `flask` command start."""

import sys

from dotenv import load_dotenv

from app import create_app
from config import ConfigError

load_dotenv()
try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))
