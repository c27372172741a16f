namespace Regional.Edge.Journal;

/// <summary>
/// Tables of the queue. All of it is derived from the packs and from the centre's receipts; a lost receipt only means that an instance is
/// offered again and answered DUPLICATE.
/// </summary>
internal static class UploadQueueSchema
{
    public const int Version = 5;

    /// <summary>Tables of any older layout; they are dropped and derived again.</summary>
    private const string Drop = """
        DROP TABLE IF EXISTS pending; DROP TABLE IF EXISTS study; DROP TABLE IF EXISTS caller; DROP TABLE IF EXISTS refused; DROP TABLE IF EXISTS total;
        """;

    /// <summary>From version 2: counts what will never come.</summary>
    private const string From2 = "ALTER TABLE study ADD COLUMN not_coming INTEGER NOT NULL DEFAULT 0;";

    /// <summary>From version 3: how an image is to be read goes with it.</summary>
    private const string From3 = "ALTER TABLE pending ADD COLUMN repair TEXT NOT NULL DEFAULT '';";

    /// <summary>From version 4: finds what waits by its UID.</summary>
    private const string From4 = "CREATE INDEX pending_sop ON pending (sop_uid);";

    /// <summary>The way from a version to this one; versions from 2 on keep their rows.</summary>
    public static string Steps(int version) => version switch
    {
        4 => From4,
        3 => From3 + From4,
        2 => From2 + From3 + From4,
        _ => Drop + Create,
    };

    private const string Create = """
        CREATE TABLE pending (
            pack INTEGER NOT NULL, offset INTEGER NOT NULL, header_length INTEGER NOT NULL, data_length INTEGER NOT NULL,
            sha256 BLOB NOT NULL, sop_uid TEXT NOT NULL, sop_class TEXT NOT NULL, study_uid TEXT NOT NULL, series_uid TEXT NOT NULL,
            syntax TEXT NOT NULL, calling_ae TEXT NOT NULL, received_us INTEGER NOT NULL, priority INTEGER NOT NULL,
            repair TEXT NOT NULL DEFAULT '', PRIMARY KEY (pack, offset)) WITHOUT ROWID;
        CREATE INDEX pending_order ON pending (priority DESC, pack, offset);
        CREATE INDEX pending_study ON pending (study_uid);
        CREATE INDEX pending_sop ON pending (sop_uid);
        CREATE TABLE study (
            study_uid TEXT PRIMARY KEY, received INTEGER NOT NULL, uploaded INTEGER NOT NULL, last_us INTEGER NOT NULL,
            priority INTEGER NOT NULL, not_coming INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE caller (ae TEXT PRIMARY KEY, received INTEGER NOT NULL, last_us INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE refused (
            pack INTEGER NOT NULL, offset INTEGER NOT NULL, sop_uid TEXT NOT NULL, rule TEXT NOT NULL, at_us INTEGER NOT NULL,
            PRIMARY KEY (pack, offset)) WITHOUT ROWID;
        CREATE TABLE total (
            id INTEGER PRIMARY KEY CHECK (id = 1), pack INTEGER NOT NULL, offset INTEGER NOT NULL,
            received INTEGER NOT NULL, conflicts INTEGER NOT NULL, last_us INTEGER, waiting INTEGER NOT NULL, waiting_bytes INTEGER NOT NULL);
        INSERT INTO total VALUES (1, 0, 0, 0, 0, NULL, 0, 0);
        CREATE TRIGGER pending_in AFTER INSERT ON pending BEGIN
            UPDATE total SET waiting = waiting + 1, waiting_bytes = waiting_bytes + new.data_length; END;
        CREATE TRIGGER pending_out AFTER DELETE ON pending BEGIN
            UPDATE total SET waiting = waiting - 1, waiting_bytes = waiting_bytes - old.data_length; END;
        """;
}
