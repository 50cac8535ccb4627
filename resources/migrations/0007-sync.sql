-- SPDX-License-Identifier: GPL-3.0-or-later
-- Servers, what they have proven to hold, what is on its way, and what came from them.

-- rank: what goes first in a lane; see HemoRank. ended_us: when it was received or shelved.
ALTER TABLE queue ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN ended_us INTEGER;

DROP INDEX queue_waiting;
CREATE INDEX queue_oldest ON queue (lane, rank DESC, seq) WHERE state = 'waiting';
CREATE INDEX queue_newest ON queue (lane, rank, seq) WHERE state = 'waiting';
CREATE INDEX queue_stuck ON queue (seq) WHERE state = 'stuck';
CREATE INDEX queue_object ON queue (object);

-- What is urgent overtakes: a STAT case, and whatever says that somebody was told.
CREATE TRIGGER queue_rank AFTER INSERT ON queue
WHEN NEW.lane = 0 AND NEW.kind IN ('Specimen', 'DiagnosticReport', 'Communication', 'Task')
BEGIN
  UPDATE queue SET rank = 2 WHERE seq = NEW.seq AND (NEW.kind IN ('Communication', 'Task') OR EXISTS (
    SELECT 1 FROM specimen JOIN case_state ON case_state.specimen = specimen.id
    WHERE case_state.urgency = 2 AND specimen.uuid = coalesce(
      (SELECT specimen FROM report WHERE uuid = NEW.object), NEW.object)));
END;

-- settings: JSON, secrets included; identity changes when another server takes the place, so that
-- nothing the old one has proven counts for the new.
CREATE TABLE server (
  kind TEXT PRIMARY KEY CHECK (kind IN ('fhir', 's3', 'courier')),
  identity TEXT NOT NULL,
  settings TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- The newest version of a resource that the server is known to have. sha256: of the JSON as we sent
-- it, NULL when the newest is not ours; base: what both sides last agreed on, for what is merged.
CREATE TABLE remote_resource (
  server TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  version_id TEXT,
  sha256 TEXT,
  base TEXT,
  seen_us INTEGER NOT NULL,
  PRIMARY KEY (server, type, id)
) STRICT, WITHOUT ROWID;

-- An object in the bucket, or on its way. progress: JSON of the upload; sealed and signature: the very
-- bytes of a preview that is on its way (sealing again would give others). NULL once it is proven.
CREATE TABLE remote_object (
  server TEXT NOT NULL,
  object TEXT NOT NULL,
  lane INTEGER NOT NULL CHECK (lane IN (1, 2)),
  key TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  progress TEXT,
  sealed BLOB,
  signature BLOB,
  proven_us INTEGER,
  PRIMARY KEY (server, object, lane)
) STRICT, WITHOUT ROWID;

-- Every version of a resource that others wrote, as it came. state: applied, merged (by field),
-- waiting (for a person), kept (for what has no place here yet), ours (a person kept what is here).
CREATE TABLE incoming (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  server TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  version_id TEXT NOT NULL,
  author TEXT,
  resource TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'merged', 'waiting', 'kept', 'ours')),
  reason TEXT,
  received_us INTEGER NOT NULL,
  settled_by TEXT,
  settled_us INTEGER,
  UNIQUE (server, type, id, version_id)
) STRICT;

CREATE INDEX incoming_waiting ON incoming (seq) WHERE state = 'waiting';
CREATE INDEX incoming_object ON incoming (id, seq);

CREATE TRIGGER incoming_is_kept BEFORE DELETE ON incoming
BEGIN
  SELECT raise(ABORT, 'what others wrote is kept');
END;

CREATE TRIGGER incoming_is_as_it_came BEFORE UPDATE OF server, type, id, version_id, author, resource ON incoming
BEGIN
  SELECT raise(ABORT, 'what others wrote is kept as it came');
END;
