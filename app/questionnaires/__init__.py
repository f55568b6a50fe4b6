"""What is asked: questionnaires as frozen definitions. Pure, so no database and no request here."""
