-- SPDX-License-Identifier: GPL-3.0-or-later
-- Patients, specimens, images, counts, results and reports.
--
-- Nothing is deleted: what was wrong becomes entered_in_error, what is replaced goes to record_history.
-- An instant is three columns, NAME_us (0: not known), NAME_offset in minutes and NAME_by_hand.
-- id orders what was made here; uuid is the id everywhere else.

CREATE TABLE patient (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  family TEXT,
  given TEXT,
  sex TEXT NOT NULL CHECK (sex IN ('unknown', 'female', 'male', 'other')),
  birth_year INTEGER NOT NULL DEFAULT 0,
  birth_month INTEGER NOT NULL DEFAULT 0,
  birth_day INTEGER NOT NULL DEFAULT 0,
  birth_estimated INTEGER NOT NULL DEFAULT 0 CHECK (birth_estimated IN (0, 1)),
  phone TEXT,
  village TEXT,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  merged_into TEXT REFERENCES patient (uuid),
  version INTEGER NOT NULL,
  CHECK (merged_into IS NOT uuid),
  CHECK (merged_into IS NULL OR active = 0)
) STRICT;

CREATE INDEX patient_merged_into ON patient (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE patient_identifier (
  patient INTEGER NOT NULL REFERENCES patient (id),
  position INTEGER NOT NULL,
  issuer TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (patient, position)
) STRICT, WITHOUT ROWID;

-- What two records of one person are likely to have in common; see hemo-duplicates.c.
CREATE TABLE patient_block (
  block TEXT NOT NULL,
  patient INTEGER NOT NULL REFERENCES patient (id),
  PRIMARY KEY (block, patient)
) STRICT, WITHOUT ROWID;

CREATE INDEX patient_block_patient ON patient_block (patient);

-- Words are folded and cut by the program; this tokenizer only takes them apart at the spaces
-- (unicode61 would split Hindi into single consonants). Rows are by patient.id, newest last.
CREATE VIRTUAL TABLE patient_search USING fts5 (
  words,
  content = '',
  contentless_delete = 1,
  detail = 'none',
  prefix = '1 2 3 4 5 6',
  tokenize = 'ascii'
);

-- gained: JSON array of [issuer, value] that the survivor got from the merged record.
CREATE TABLE patient_merge (
  id INTEGER PRIMARY KEY,
  merged TEXT NOT NULL REFERENCES patient (uuid),
  survivor TEXT NOT NULL REFERENCES patient (uuid),
  gained TEXT NOT NULL,
  merged_by TEXT,
  merged_at_us INTEGER NOT NULL,
  merged_at_offset INTEGER NOT NULL,
  undone_by TEXT,
  undone_at_us INTEGER,
  undone_at_offset INTEGER
) STRICT;

CREATE UNIQUE INDEX patient_merge_open ON patient_merge (merged) WHERE undone_at_us IS NULL;
CREATE INDEX patient_merge_survivor ON patient_merge (survivor);

CREATE TABLE lab_order (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  patient TEXT NOT NULL REFERENCES patient (uuid),
  requester TEXT,
  clinical_note TEXT,
  urgency TEXT NOT NULL CHECK (urgency IN ('routine', 'urgent', 'stat')),
  tests TEXT NOT NULL,
  pregnancy TEXT NOT NULL,
  ordered_us INTEGER NOT NULL,
  ordered_offset INTEGER NOT NULL,
  ordered_by_hand INTEGER NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX lab_order_patient ON lab_order (patient);

-- number: the accession number as it is compared. slides: how many '/n' were ever given.
CREATE TABLE specimen (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  lab_order TEXT NOT NULL REFERENCES lab_order (uuid),
  patient TEXT NOT NULL REFERENCES patient (uuid),
  parent TEXT REFERENCES specimen (uuid),
  accession TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL UNIQUE,
  slides INTEGER NOT NULL DEFAULT 0,
  type TEXT NOT NULL,
  stain TEXT NOT NULL,
  collected_us INTEGER NOT NULL,
  collected_offset INTEGER NOT NULL,
  collected_by_hand INTEGER NOT NULL,
  received_us INTEGER NOT NULL,
  received_offset INTEGER NOT NULL,
  received_by_hand INTEGER NOT NULL,
  rejection TEXT NOT NULL DEFAULT 'none',
  rejection_note TEXT,
  version INTEGER NOT NULL,
  CHECK (parent IS NOT uuid)
) STRICT;

CREATE INDEX specimen_patient ON specimen (patient);
CREATE INDEX specimen_order ON specimen (lab_order);
CREATE INDEX specimen_parent ON specimen (parent) WHERE parent IS NOT NULL;

-- The last number given, so that none is given twice.
CREATE TABLE accession_counter (
  station TEXT NOT NULL,
  period TEXT NOT NULL,
  last INTEGER NOT NULL CHECK (last > 0),
  PRIMARY KEY (station, period)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER accession_counter_only_grows BEFORE UPDATE ON accession_counter
WHEN NEW.last <= OLD.last OR NEW.station <> OLD.station OR NEW.period <> OLD.period
BEGIN
  SELECT raise(ABORT, 'accession numbers are never given again');
END;

-- One row for each tube (or slide that came alone): where its case stands, kept by the program in the
-- transaction of whatever moves it, so that the worklist is one walk over one index. state: the number
-- of HemoState; touched: whether anything changed since the last signature.
-- Cases are ordered by specimen.id, the order of acceptance, because a clock may be wrong.
CREATE TABLE case_state (
  specimen INTEGER PRIMARY KEY REFERENCES specimen (id),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 6),
  urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
  received_day TEXT NOT NULL,
  counted INTEGER NOT NULL DEFAULT 0,
  target INTEGER NOT NULL DEFAULT 0,
  images INTEGER NOT NULL DEFAULT 0,
  touched INTEGER NOT NULL DEFAULT 0 CHECK (touched IN (0, 1))
) STRICT;

CREATE INDEX case_state_order ON case_state (state, urgency DESC, specimen);
CREATE INDEX case_state_day ON case_state (received_day, state);

-- width to orientation are of the pixels as stored; sha256 of the captured, sealed_sha256 of the
-- sealed bytes; signature: detached CMS of the installation; dhash: difference hash of the picture.
CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  field INTEGER NOT NULL CHECK (field > 0),
  media_type TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  orientation INTEGER NOT NULL CHECK (orientation BETWEEN 1 AND 8),
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  sealed_sha256 TEXT NOT NULL CHECK (length(sealed_sha256) = 64),
  sealed_bytes INTEGER NOT NULL,
  signature BLOB NOT NULL,
  dhash INTEGER,
  objective TEXT,
  micrometres_per_pixel REAL NOT NULL DEFAULT 0,
  focus REAL NOT NULL DEFAULT -1,
  warnings TEXT,
  kept_anyway INTEGER NOT NULL DEFAULT 0 CHECK (kept_anyway IN (0, 1)),
  captured_by TEXT,
  captured_on TEXT,
  captured_us INTEGER NOT NULL,
  captured_offset INTEGER NOT NULL,
  captured_by_hand INTEGER NOT NULL,
  in_report INTEGER NOT NULL DEFAULT 0 CHECK (in_report IN (0, 1)),
  entered_in_error INTEGER NOT NULL DEFAULT 0 CHECK (entered_in_error IN (0, 1)),
  damaged INTEGER NOT NULL DEFAULT 0 CHECK (damaged IN (0, 1)),
  note TEXT,
  version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX image_once ON image (specimen, sha256) WHERE NOT entered_in_error;
CREATE INDEX image_specimen ON image (specimen, field);

CREATE TRIGGER image_added AFTER INSERT ON image
BEGIN
  UPDATE case_state SET images = images + 1
  WHERE NOT NEW.entered_in_error AND specimen =
    (SELECT coalesce(tube.id, own.id) FROM specimen AS own
     LEFT JOIN specimen AS tube ON tube.uuid = own.parent WHERE own.uuid = NEW.specimen);
END;

CREATE TRIGGER image_discarded AFTER UPDATE OF entered_in_error ON image
WHEN NEW.entered_in_error <> OLD.entered_in_error
BEGIN
  UPDATE case_state SET images = images + OLD.entered_in_error - NEW.entered_in_error
  WHERE specimen =
    (SELECT coalesce(tube.id, own.id) FROM specimen AS own
     LEFT JOIN specimen AS tube ON tube.uuid = own.parent WHERE own.uuid = NEW.specimen);
END;

-- Small JPEG; encrypted as all of this file is.
CREATE TABLE image_preview (
  image TEXT PRIMARY KEY REFERENCES image (uuid),
  jpeg BLOB NOT NULL
) STRICT;

CREATE TABLE cell_count (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  reader TEXT NOT NULL,
  target INTEGER NOT NULL CHECK (target > 0),
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
  started_us INTEGER NOT NULL,
  started_offset INTEGER NOT NULL,
  started_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX cell_count_open ON cell_count (specimen, reader) WHERE NOT closed;
CREATE INDEX cell_count_specimen ON cell_count (specimen);

-- class: code of the cell class. What undo took back stays, and its number is not given again.
CREATE TABLE counted_cell (
  cell_count INTEGER NOT NULL REFERENCES cell_count (id),
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  class TEXT NOT NULL,
  image TEXT REFERENCES image (uuid),
  counted_by TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1)),
  taken_back_by TEXT,
  taken_back_us INTEGER,
  PRIMARY KEY (cell_count, sequence)
) STRICT, WITHOUT ROWID;

-- findings: JSON object of grades 1 to 3 by finding code.
CREATE TABLE morphology (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  reader TEXT NOT NULL,
  examined_rbc INTEGER NOT NULL CHECK (examined_rbc IN (0, 1)),
  examined_wbc INTEGER NOT NULL CHECK (examined_wbc IN (0, 1)),
  examined_plt INTEGER NOT NULL CHECK (examined_plt IN (0, 1)),
  findings TEXT NOT NULL,
  comment TEXT,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX morphology_specimen ON morphology (specimen);

CREATE TABLE platelet_count (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  reader TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  fields INTEGER NOT NULL CHECK (fields > 0),
  factor INTEGER NOT NULL CHECK (factor > 0),
  clumps INTEGER NOT NULL CHECK (clumps IN (0, 1)),
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX platelet_count_specimen ON platelet_count (specimen);

CREATE TABLE malaria_film (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  reader TEXT NOT NULL,
  thick INTEGER NOT NULL CHECK (thick IN (0, 1)),
  parasites INTEGER NOT NULL CHECK (parasites >= 0),
  wbc INTEGER NOT NULL CHECK (wbc >= 0),
  rbc INTEGER NOT NULL CHECK (rbc >= 0),
  fields INTEGER NOT NULL CHECK (fields >= 0),
  species TEXT NOT NULL,
  stages TEXT NOT NULL,
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX malaria_film_specimen ON malaria_film (specimen);

CREATE TABLE result (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  analyte TEXT NOT NULL,
  value REAL NOT NULL,
  uncorrected INTEGER NOT NULL CHECK (uncorrected IN (0, 1)),
  source TEXT NOT NULL,
  measured_us INTEGER NOT NULL,
  measured_offset INTEGER NOT NULL,
  measured_by_hand INTEGER NOT NULL,
  entered_by TEXT,
  entered_us INTEGER NOT NULL,
  entered_offset INTEGER NOT NULL,
  entered_by_hand INTEGER NOT NULL,
  entered_in_error INTEGER NOT NULL DEFAULT 0 CHECK (entered_in_error IN (0, 1)),
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX result_specimen ON result (specimen);

CREATE TABLE critical_call (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  analytes TEXT NOT NULL,
  told TEXT NOT NULL,
  read_back INTEGER NOT NULL CHECK (read_back IN (0, 1)),
  called_by TEXT,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX critical_call_specimen ON critical_call (specimen);

-- Limits of the site; a set that was replaced stays with the time it was retired. NULL: no limit.
CREATE TABLE reference_range (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL,
  analyte TEXT NOT NULL,
  sex TEXT NOT NULL,
  pregnancy TEXT NOT NULL,
  age_from_days INTEGER NOT NULL,
  age_to_days INTEGER NOT NULL,
  low REAL,
  high REAL,
  critical_low REAL,
  critical_high REAL,
  critical_low_exclusive INTEGER NOT NULL CHECK (critical_low_exclusive IN (0, 1)),
  critical_high_exclusive INTEGER NOT NULL CHECK (critical_high_exclusive IN (0, 1)),
  delta_percent REAL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  retired_us INTEGER
) STRICT;

CREATE UNIQUE INDEX reference_range_current ON reference_range (uuid) WHERE retired_us IS NULL;

-- One report for each case. draft: JSON content that is not signed yet.
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL UNIQUE REFERENCES specimen (uuid),
  draft TEXT,
  draft_by TEXT,
  draft_us INTEGER,
  version INTEGER NOT NULL
) STRICT;

-- What was signed: content is the JSON of one fixed form, content_sha256 its hash, pdf_sha256 that of
-- the PDF in reports/UUID-VERSION.cms, sealed_sha256 and sealed_bytes of that file; signature: detached
-- CMS of the user, made with certificate (fingerprint).
CREATE TABLE report_version (
  report TEXT NOT NULL REFERENCES report (uuid),
  version INTEGER NOT NULL CHECK (version > 0),
  status TEXT NOT NULL,
  content TEXT NOT NULL,
  content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
  pdf_sha256 TEXT CHECK (length(pdf_sha256) = 64),
  pdf_bytes INTEGER,
  sealed_sha256 TEXT CHECK (length(sealed_sha256) = 64),
  sealed_bytes INTEGER,
  signature BLOB NOT NULL,
  certificate TEXT,
  signed_by TEXT NOT NULL,
  signed_us INTEGER NOT NULL,
  signed_offset INTEGER NOT NULL,
  signed_by_hand INTEGER NOT NULL,
  replaces_sha256 TEXT,
  reason TEXT,
  PRIMARY KEY (report, version)
) STRICT, WITHOUT ROWID;

-- A signature ends the draft and moves the case; 4: preliminary, 5: signed.
CREATE TRIGGER report_version_signed AFTER INSERT ON report_version
BEGIN
  UPDATE report SET draft = NULL, draft_by = NULL, draft_us = NULL WHERE uuid = NEW.report;
  UPDATE case_state
  SET touched = 0, state = CASE WHEN NEW.status = 'preliminary' THEN 4 ELSE 5 END
  WHERE state <> 6 AND specimen =
    (SELECT specimen.id FROM report JOIN specimen ON specimen.uuid = report.specimen
     WHERE report.uuid = NEW.report);
END;

CREATE TRIGGER report_version_is_final BEFORE UPDATE ON report_version
BEGIN
  SELECT raise(ABORT, 'a signed report is never changed');
END;

CREATE TRIGGER report_version_is_kept BEFORE DELETE ON report_version
BEGIN
  SELECT raise(ABORT, 'a signed report is never removed');
END;

-- What a record said before each change.
CREATE TABLE record_history (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;

CREATE INDEX record_history_object ON record_history (object, version);

CREATE TRIGGER patient_history BEFORE UPDATE ON patient
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('patient', OLD.uuid, OLD.version, json_object(
    'family', OLD.family, 'given', OLD.given, 'sex', OLD.sex, 'birth_year', OLD.birth_year,
    'birth_month', OLD.birth_month, 'birth_day', OLD.birth_day,
    'birth_estimated', OLD.birth_estimated, 'phone', OLD.phone, 'village', OLD.village,
    'active', OLD.active, 'merged_into', OLD.merged_into,
    'identifiers', (SELECT json_group_array(json_array(issuer, value))
                    FROM patient_identifier WHERE patient = OLD.id)));
END;

CREATE TRIGGER lab_order_history BEFORE UPDATE ON lab_order
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('order', OLD.uuid, OLD.version, json_object(
    'requester', OLD.requester, 'clinical_note', OLD.clinical_note, 'urgency', OLD.urgency,
    'tests', OLD.tests, 'pregnancy', OLD.pregnancy, 'ordered_us', OLD.ordered_us,
    'ordered_offset', OLD.ordered_offset, 'ordered_by_hand', OLD.ordered_by_hand,
    'revoked', OLD.revoked));
END;

CREATE TRIGGER specimen_history BEFORE UPDATE OF version ON specimen
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('specimen', OLD.uuid, OLD.version, json_object(
    'type', OLD.type, 'stain', OLD.stain, 'collected_us', OLD.collected_us,
    'collected_offset', OLD.collected_offset, 'collected_by_hand', OLD.collected_by_hand,
    'received_us', OLD.received_us, 'received_offset', OLD.received_offset,
    'received_by_hand', OLD.received_by_hand, 'rejection', OLD.rejection,
    'rejection_note', OLD.rejection_note));
END;

CREATE TRIGGER morphology_history BEFORE UPDATE ON morphology
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('morphology', OLD.uuid, OLD.version, json_object(
    'examined_rbc', OLD.examined_rbc, 'examined_wbc', OLD.examined_wbc,
    'examined_plt', OLD.examined_plt, 'findings', json(OLD.findings), 'comment', OLD.comment,
    'at_us', OLD.at_us, 'at_offset', OLD.at_offset, 'at_by_hand', OLD.at_by_hand));
END;

CREATE TRIGGER platelet_count_history BEFORE UPDATE ON platelet_count
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('platelets', OLD.uuid, OLD.version, json_object(
    'total', OLD.total, 'fields', OLD.fields, 'factor', OLD.factor, 'clumps', OLD.clumps,
    'at_us', OLD.at_us, 'at_offset', OLD.at_offset, 'at_by_hand', OLD.at_by_hand));
END;

CREATE TRIGGER malaria_film_history BEFORE UPDATE ON malaria_film
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('malaria', OLD.uuid, OLD.version, json_object(
    'parasites', OLD.parasites, 'wbc', OLD.wbc, 'rbc', OLD.rbc, 'fields', OLD.fields,
    'species', OLD.species, 'stages', OLD.stages, 'closed', OLD.closed,
    'at_us', OLD.at_us, 'at_offset', OLD.at_offset, 'at_by_hand', OLD.at_by_hand));
END;

CREATE TRIGGER result_history BEFORE UPDATE ON result
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('result', OLD.uuid, OLD.version, json_object(
    'value', OLD.value, 'uncorrected', OLD.uncorrected, 'source', OLD.source,
    'measured_us', OLD.measured_us, 'measured_offset', OLD.measured_offset,
    'measured_by_hand', OLD.measured_by_hand, 'entered_by', OLD.entered_by,
    'entered_us', OLD.entered_us, 'entered_offset', OLD.entered_offset,
    'entered_by_hand', OLD.entered_by_hand, 'entered_in_error', OLD.entered_in_error));
END;

CREATE TRIGGER critical_call_history BEFORE UPDATE ON critical_call
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('critical-call', OLD.uuid, OLD.version, json_object(
    'analytes', OLD.analytes, 'told', OLD.told, 'read_back', OLD.read_back,
    'called_by', OLD.called_by, 'at_us', OLD.at_us, 'at_offset', OLD.at_offset,
    'at_by_hand', OLD.at_by_hand));
END;
