/// The tables, and the migrations from earlier versions: one text for every engine, which is SQLite's. An engine that takes
/// no `STRICT`, no `WITHOUT ROWID` and no `INTEGER PRIMARY KEY` that draws numbers replaces them.
///
/// Times are milliseconds since 1970 UTC. A migration that has been released is never changed; a new one comes to the
/// end. A new column of `conversation` is also decided in `Merging.swift` and `Forgetting.swift`.
enum Schema {
    /// The migrations, each run once and in this order.
    static let migrations: [(number: Int, sql: String)] = [
        createTables, addMemoryAndLanes, indexUndecidedByAccount, indexConversations, addReleasedAt,
        addOperatorActions, indexReports, separateReasonsFromDetails, addWithdrawalsAndEnds + addAddresses,
        addChoices,
    ].enumerated().map { ($0 + 1, $1) }

    private static let createTables = """
        -- Written to find out whether writing works.
        CREATE TABLE health (
          id         INTEGER PRIMARY KEY CHECK (id = 1),
          checked_at INTEGER NOT NULL
        ) STRICT;

        -- Accounts that are stopped; an account in order has no row.
        CREATE TABLE stopped_account (
          number     TEXT PRIMARY KEY,
          stopped_at INTEGER NOT NULL,
          reason     TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE contact (
          id          INTEGER PRIMARY KEY,
          account     TEXT NOT NULL,
          provider_id TEXT,
          number      TEXT,
          address     TEXT NOT NULL,
          name        TEXT,
          created_at  INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX contact_by_provider_id ON contact (account, provider_id) WHERE provider_id IS NOT NULL;
        CREATE UNIQUE INDEX contact_by_number ON contact (account, number) WHERE number IS NOT NULL;

        -- One account and one contact; has the contact's id.
        CREATE TABLE conversation (
          id                  INTEGER PRIMARY KEY REFERENCES contact (id),
          last_message_at     INTEGER,
          window_end          INTEGER,
          window_corrected_at INTEGER,
          paused_until        INTEGER
        ) STRICT;

        -- The inbox; ids grow in the order of arrival.
        CREATE TABLE message (
          id           INTEGER PRIMARY KEY,
          account      TEXT NOT NULL,
          unique_id    TEXT NOT NULL,
          conversation INTEGER NOT NULL REFERENCES conversation (id),
          address      TEXT NOT NULL,
          name         TEXT,
          type         TEXT NOT NULL,
          body         TEXT NOT NULL,
          caption      TEXT,
          quoted       TEXT,
          timestamp    INTEGER NOT NULL,
          received_at  INTEGER NOT NULL,
          payload      TEXT NOT NULL,
          is_decided   INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE UNIQUE INDEX message_by_unique_id ON message (account, unique_id);
        CREATE INDEX message_undecided ON message (timestamp, id) WHERE is_decided = 0;

        -- Hooks that are no messages, as they came.
        CREATE TABLE hook (
          id          INTEGER PRIMARY KEY,
          account     TEXT NOT NULL,
          kind        TEXT NOT NULL,
          received_at INTEGER NOT NULL,
          payload     TEXT NOT NULL
        ) STRICT;

        CREATE TABLE decision (
          message    INTEGER PRIMARY KEY REFERENCES message (id),
          rule       TEXT,
          outcome    TEXT NOT NULL,
          reason     TEXT NOT NULL,
          because    TEXT NOT NULL,
          revision   TEXT NOT NULL,
          decided_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE outbox (
          id           INTEGER PRIMARY KEY,
          message      INTEGER NOT NULL REFERENCES message (id),
          conversation INTEGER NOT NULL REFERENCES conversation (id),
          account      TEXT NOT NULL,
          outgoing     TEXT NOT NULL,
          state        TEXT NOT NULL,
          reason       TEXT,
          created_at   INTEGER NOT NULL,
          due_at       INTEGER NOT NULL,
          attempts     INTEGER NOT NULL DEFAULT 0,
          fallback_at  INTEGER,
          text_refused INTEGER NOT NULL DEFAULT 0,
          is_unknown   INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX outbox_by_message ON outbox (message);
        CREATE INDEX outbox_open ON outbox (conversation, id) WHERE state IN ('waiting', 'sending', 'held');

        CREATE TABLE attempt (
          id          INTEGER PRIMARY KEY,
          entry       INTEGER NOT NULL REFERENCES outbox (id),
          number      INTEGER NOT NULL,
          kind        TEXT NOT NULL,
          started_at  INTEGER NOT NULL,
          ended_at    INTEGER,
          outcome     TEXT,
          reason      INTEGER,
          status      INTEGER,
          detail      TEXT,
          unique_id   TEXT,
          delivery    INTEGER,
          request     TEXT
        ) STRICT;
        CREATE UNIQUE INDEX attempt_by_entry ON attempt (entry, number);
        CREATE INDEX attempt_by_unique_id ON attempt (unique_id) WHERE unique_id IS NOT NULL;
        CREATE INDEX attempt_open ON attempt (id) WHERE outcome IS NULL;

        -- What the provider says of a message whose id we do not know (yet): it overtook the answer to its own send,
        -- or somebody sent it from elsewhere.
        CREATE TABLE foreign_update (
          account      TEXT NOT NULL,
          unique_id    TEXT NOT NULL,
          conversation INTEGER,
          ack          INTEGER,
          failure      INTEGER,
          is_waiting   INTEGER NOT NULL,
          received_at  INTEGER NOT NULL,
          PRIMARY KEY (account, unique_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX foreign_update_waiting ON foreign_update (conversation) WHERE is_waiting = 1;
        """

    private static let addMemoryAndLanes = """
        -- What decisions have left behind, as JSON.
        ALTER TABLE conversation ADD COLUMN memory TEXT NOT NULL DEFAULT '{}';
        -- What the decision changed there, as JSON.
        ALTER TABLE decision ADD COLUMN changes TEXT NOT NULL DEFAULT '{}';
        -- Entries of one lane are sent one after another: 0 answers, 1 answers that wait for an opening, 2 posts.
        ALTER TABLE outbox ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
        -- Whether its contact has opted out since: it is not sent again, whatever becomes of an attempt under way.
        ALTER TABLE outbox ADD COLUMN is_withdrawn INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX outbox_by_conversation ON outbox (conversation, created_at);
        """

    private static let indexUndecidedByAccount = """
        -- Accounts and conversations take turns at being decided: what waits of each is found without what waits of others.
        DROP INDEX message_undecided;
        CREATE INDEX message_undecided ON message (account, conversation, timestamp, id) WHERE is_decided = 0;
        """

    private static let indexConversations = """
        -- People look at conversations, and at what was given up, while messages come in.
        CREATE INDEX message_by_conversation ON message (conversation, id);
        CREATE INDEX outbox_given_up ON outbox (state, id) WHERE state IN ('failed', 'dropped');
        """

    private static let addReleasedAt = """
        -- To find out whether a row belongs to a list of three, SQLite makes a table of the list, each time.
        DROP INDEX outbox_open;
        CREATE INDEX outbox_open ON outbox (conversation, id)
          WHERE (state = 'waiting' OR state = 'sending' OR state = 'held');
        -- When somebody had it sent again: from then on sending is tried, as it was from `created_at` on at first.
        ALTER TABLE outbox ADD COLUMN released_at INTEGER;
        CREATE INDEX outbox_released ON outbox (conversation, released_at) WHERE released_at IS NOT NULL;
        """

    private static let addOperatorActions = """
        -- What commands beside the daemon have done and it has not put into its log yet.
        CREATE TABLE command_deed (
          id INTEGER PRIMARY KEY,
          kind TEXT NOT NULL,
          account TEXT NOT NULL,
          conversation INTEGER NOT NULL,
          entry INTEGER,
          "user" TEXT
        );
        """

    private static let indexReports = """
        -- Where a business writes much from elsewhere there are as many reports: old ones are found without the others.
        CREATE INDEX foreign_update_received ON foreign_update (received_at);
        """

    /// The listed words are those that versions up to this one have written; every other text in the column was a
    /// provider's refusal.
    private static let separateReasonsFromDetails = """
        ALTER TABLE outbox ADD COLUMN detail TEXT;
        UPDATE outbox SET detail = reason, reason = 'refused' WHERE reason IS NOT NULL AND reason NOT IN (
          'transient', 'window-shut', 'account-fault', 'released', 'unknown', 'window-expired', 'too-old',
          'tried-for-24-hours', 'replaced', 'opted-out', 'paused', 'by-hand', 'forgotten', 'unreadable');
        ALTER TABLE command_deed RENAME TO operator_action;
        """

    private static let addWithdrawalsAndEnds = """
        -- The number of times that the answers which waited were withdrawn: the contact opted out, or a person took over.
        ALTER TABLE conversation ADD COLUMN withdrawals INTEGER NOT NULL DEFAULT 0;
        -- The latest fallback of the conversation.
        ALTER TABLE conversation ADD COLUMN fallback_at INTEGER;
        -- From then on nothing is sent for it.
        ALTER TABLE outbox ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
        -- That of its conversation when it was decided: if there have been more since, it is withdrawn.
        ALTER TABLE outbox ADD COLUMN withdrawals INTEGER NOT NULL DEFAULT 0;
        -- 1 if the provider refused the account when it was sent, 2 if other entries have passed since.
        ALTER TABLE outbox ADD COLUMN suspicion INTEGER NOT NULL DEFAULT 0;
        UPDATE outbox SET expires_at = coalesce(released_at, created_at) + 172800000
          WHERE (state = 'waiting' OR state = 'sending' OR state = 'held');
        UPDATE conversation SET withdrawals = 1 WHERE id IN (SELECT conversation FROM outbox WHERE is_withdrawn = 1);
        UPDATE outbox SET withdrawals = 1
          WHERE is_withdrawn = 0 AND conversation IN (SELECT id FROM conversation WHERE withdrawals = 1);
        UPDATE outbox SET state = 'dropped', reason = 'opted-out' WHERE state = 'waiting' AND is_withdrawn = 1;
        UPDATE outbox SET reason = 'expired' WHERE reason = 'tried-for-24-hours';
        UPDATE conversation SET fallback_at = f.latest FROM
          (SELECT conversation, max(fallback_at) AS latest FROM outbox WHERE fallback_at IS NOT NULL GROUP BY conversation) f
          WHERE f.conversation = conversation.id;
        ALTER TABLE outbox DROP COLUMN is_withdrawn;
        DROP INDEX outbox_open;
        CREATE INDEX outbox_open ON outbox (conversation, lane, id)
          WHERE (state = 'waiting' OR state = 'sending' OR state = 'held');
        CREATE INDEX outbox_suspected ON outbox (account) WHERE suspicion = 1;
        -- The last of the attempts that were in flight when a waiting report came.
        ALTER TABLE foreign_update ADD COLUMN last_attempt INTEGER;
        CREATE INDEX foreign_update_by_conversation ON foreign_update (conversation, received_at);
        -- Old rows are found even if a wrong clock has stamped some of them.
        CREATE INDEX message_received ON message (received_at);
        -- As much as a webhook needs, for a nearly full disk still takes a small row.
        ALTER TABLE health ADD COLUMN bytes BLOB;
        CREATE INDEX hook_received ON hook (received_at);
        """

    /// Earlier versions left a person whose number and id came apart with two contacts, of which one had lost its number
    /// to the other.
    private static let addAddresses = """
        -- The numbers and the provider's ids under which a contact was known before. The latest of each is in its own row.
        CREATE TABLE former_address (
          account TEXT NOT NULL,
          value   TEXT NOT NULL,
          kind    TEXT NOT NULL CHECK (kind IN ('number', 'id')),
          contact INTEGER NOT NULL REFERENCES contact (id),
          PRIMARY KEY (account, value, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE TEMP TABLE same AS
          SELECT other.id AS old, contact.id AS new FROM contact other
          JOIN contact ON contact.account = other.account AND contact.number = other.address
          WHERE other.number IS NULL AND other.provider_id IS NULL AND other.id <> contact.id;
        UPDATE message SET conversation = (SELECT new FROM same WHERE old = conversation)
          WHERE conversation IN (SELECT old FROM same);
        UPDATE outbox SET conversation = (SELECT new FROM same WHERE old = conversation)
          WHERE conversation IN (SELECT old FROM same);
        UPDATE foreign_update SET conversation = (SELECT new FROM same WHERE old = conversation)
          WHERE conversation IN (SELECT old FROM same);
        DELETE FROM conversation WHERE id IN (SELECT old FROM same);
        UPDATE contact SET name = NULL, address = 'forgotten' WHERE id IN (SELECT old FROM same);
        DROP TABLE same;
        CREATE INDEX former_address_by_contact ON former_address (contact);
        """

    private static let addChoices = """
        -- The id of the choice that the contact took, as we made it.
        ALTER TABLE message ADD COLUMN choice TEXT;
        -- From then on the address is known to be somebody else's.
        ALTER TABLE former_address ADD COLUMN until INTEGER;
        -- What the reason of a failure means: the same number means other things at other providers.
        ALTER TABLE foreign_update ADD COLUMN failure_kind TEXT;
        ALTER TABLE foreign_update ADD COLUMN failure_detail TEXT;
        UPDATE foreign_update SET failure_detail = 'reason ' || failure, failure_kind = CASE
          WHEN failure IN (2, 3) THEN 'account-fault' WHEN failure IN (7, 8) THEN 'window-shut'
          WHEN failure = 6 THEN 'transient' ELSE 'permanent' END
          WHERE failure IS NOT NULL;
        """
}
