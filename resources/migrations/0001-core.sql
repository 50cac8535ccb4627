-- SPDX-License-Identifier: GPL-3.0-or-later
-- People, keys, the two logs and the queue.

-- Keys: 'clinic', 'store' and 'installation' (UUIDs), 'station', 'enrolment'.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- signing_key: PKCS#8 in CMS, sealed to the user's own sign-in certificate.
-- pin_hash: MAC under Argon2id of the PIN, so that the row alone tells nothing.
CREATE TABLE user (
  uuid TEXT PRIMARY KEY,
  login TEXT NOT NULL,
  login_folded TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('technician', 'pathologist', 'administrator')),
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  sign_in_certificate BLOB NOT NULL,
  signing_certificate BLOB NOT NULL,
  signing_key BLOB NOT NULL,
  pin_memory INTEGER,
  pin_passes INTEGER,
  pin_lanes INTEGER,
  pin_salt BLOB,
  pin_hash BLOB,
  pin_failures INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- Every signing certificate that a user ever had: what was signed stays verifiable.
CREATE TABLE user_certificate (
  fingerprint TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES user (uuid),
  certificate BLOB NOT NULL,
  since_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX user_certificate_user ON user_certificate (user);

-- Station codes that this clinic gave out, to itself and to laptops that it enrolled.
CREATE TABLE station (
  code TEXT PRIMARY KEY,
  installation TEXT,
  enrolment TEXT,
  given_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Organisations to which images are sealed as well.
CREATE TABLE certificate (
  fingerprint TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  certificate BLOB NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  added_at_us INTEGER NOT NULL,
  added_by TEXT
) STRICT, WITHOUT ROWID;

-- wrapped: PKCS#8 under the wrap key that is derived from version key_version of the store key.
-- Keys that are no longer current stay: old files open and old signatures verify.
CREATE TABLE clinic_key (
  fingerprint TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('image', 'installation')),
  certificate BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  key_version INTEGER NOT NULL,
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX clinic_key_current ON clinic_key (purpose) WHERE is_current;

CREATE TABLE reading_group (
  fingerprint TEXT PRIMARY KEY,
  certificate BLOB NOT NULL,
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX reading_group_current ON reading_group (is_current) WHERE is_current;

-- holder: UUID of a user, or 'recovery'. sealed: PKCS#8 in CMS to the certificate named.
CREATE TABLE reading_key (
  fingerprint TEXT NOT NULL REFERENCES reading_group (fingerprint),
  holder TEXT NOT NULL,
  sealed_to TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (fingerprint, holder)
) STRICT, WITHOUT ROWID;

-- Ordered by seq alone: at_us is what the clock said, and a clock may be wrong.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  offset_minutes INTEGER NOT NULL,
  by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
  actor TEXT,
  what TEXT NOT NULL,
  object_type TEXT,
  object TEXT,
  detail TEXT,
  key_version INTEGER NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX audit_object ON audit (object) WHERE object IS NOT NULL;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
  SELECT raise(ABORT, 'audit rows are never removed');
END;

CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
BEGIN
  SELECT raise(ABORT, 'audit rows are never changed');
END;

CREATE TABLE audit_head (
  seq INTEGER NOT NULL,
  mac BLOB NOT NULL,
  signer TEXT NOT NULL,
  certificate TEXT NOT NULL,
  signature BLOB NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (seq, signer)
) STRICT, WITHOUT ROWID;

-- uuid is the Provenance's id on the server; numbers are never given twice.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  version INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  offset_minutes INTEGER NOT NULL,
  actor TEXT
) STRICT;

CREATE INDEX change_object ON change (object);

-- What waits to leave. lane: 0 results, 1 previews, 2 originals.
CREATE TABLE queue (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  change INTEGER NOT NULL REFERENCES change (seq),
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 2),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'received', 'stuck')),
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  UNIQUE (change, lane)
) STRICT;

CREATE INDEX queue_waiting ON queue (lane, seq) WHERE state = 'waiting';
