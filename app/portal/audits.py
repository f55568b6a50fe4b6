"""What was done that concerns a school. Who did it is named where it was one of the school's own accounts."""

import sqlalchemy as sa

from app.accounts import audit
from app.accounts.models import AuditEntry, User, UserSchool
from app.extensions import db


def of_school(brin: str) -> sa.Select:
    """Return a SELECT of the entries that concern a school, as audit_list shows them."""
    own = sa.select(UserSchool.user_id).where(UserSchool.brin == brin)
    wanted = sa.select(AuditEntry, User.email).outerjoin(User, sa.and_(audit.is_by(), User.id.in_(own)))
    return wanted.where(AuditEntry.brin == brin)


def last_erasure(brin: str) -> AuditEntry | None:
    """Return the entry of the last time the students' addresses of a school went because its agreement ended."""
    return db.session.scalar(audit.entries(brin).where(AuditEntry.action == "contacts_erased").limit(1))
