"""The rule in the database that audit entries are only added, and deleted no sooner than after AUDIT_YEARS."""

AUDIT_YEARS = 7
MESSAGE = "audit entries are only added"

SQLITE = (
    f"""
    CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
    WHEN OLD.at > datetime('now', '-{AUDIT_YEARS} years')
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    f"""
    CREATE TRIGGER audit_entries_unchanged BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    """
    CREATE TRIGGER audit_entries_not_replaced BEFORE INSERT ON audit_entries
    WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END
    """,
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION audit_entries_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{AUDIT_YEARS} years' THEN RETURN OLD; END IF;
        RAISE EXCEPTION '{MESSAGE}';
    END $$
    """,
    """
    CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_kept()
    """,
    """
    CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_kept()
    """,
)
