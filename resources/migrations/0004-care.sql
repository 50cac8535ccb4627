-- SPDX-License-Identifier: GPL-3.0-or-later
-- Readings that disagree, counts taken out of the report, what a call told, ages by the calendar,
-- phrases for comments. Schema version 4.

-- note: why it was last opened again or taken out.
ALTER TABLE cell_count ADD COLUMN entered_in_error INTEGER NOT NULL DEFAULT 0
  CHECK (entered_in_error IN (0, 1));
ALTER TABLE cell_count ADD COLUMN note TEXT;

ALTER TABLE malaria_film ADD COLUMN entered_in_error INTEGER NOT NULL DEFAULT 0
  CHECK (entered_in_error IN (0, 1));
ALTER TABLE malaria_film ADD COLUMN note TEXT;

-- The critical lines as they were told, each with what it was made from. NULL: from before this was
-- noted.
ALTER TABLE critical_call ADD COLUMN told_lines TEXT;

-- 'y', 'm' or 'd': a span that begins on a birthday or at a number of months; empty: by the number of
-- days, as older sets are.
ALTER TABLE reference_range ADD COLUMN age_from_unit TEXT NOT NULL DEFAULT ''
  CHECK (age_from_unit IN ('', 'y', 'm', 'd'));
ALTER TABLE reference_range ADD COLUMN age_to_unit TEXT NOT NULL DEFAULT ''
  CHECK (age_to_unit IN ('', 'y', 'm', 'd'));

-- Which of several readings of malaria films stands; readings stands for all that were compared, so
-- that a new or a changed one asks again. The newest row of a tube holds.
CREATE TABLE malaria_decision (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  film TEXT NOT NULL REFERENCES malaria_film (uuid),
  readings TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE INDEX malaria_decision_specimen ON malaria_decision (specimen);

CREATE TRIGGER malaria_decision_is_final BEFORE UPDATE ON malaria_decision
BEGIN
  SELECT raise(ABORT, 'a decision is never changed, another one is made');
END;

CREATE TRIGGER malaria_decision_is_kept BEFORE DELETE ON malaria_decision
BEGIN
  SELECT raise(ABORT, 'a decision is never removed');
END;

CREATE TRIGGER cell_count_history BEFORE UPDATE ON cell_count
WHEN NEW.closed <> OLD.closed OR NEW.target <> OLD.target
  OR NEW.entered_in_error <> OLD.entered_in_error
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('count', OLD.uuid, OLD.version, json_object(
    'target', OLD.target, 'closed', OLD.closed, 'entered_in_error', OLD.entered_in_error,
    'note', OLD.note));
END;

DROP TRIGGER malaria_film_history;

CREATE TRIGGER malaria_film_history BEFORE UPDATE ON malaria_film
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('malaria', OLD.uuid, OLD.version, json_object(
    'parasites', OLD.parasites, 'wbc', OLD.wbc, 'rbc', OLD.rbc, 'fields', OLD.fields,
    'species', OLD.species, 'stages', OLD.stages, 'closed', OLD.closed,
    'entered_in_error', OLD.entered_in_error, 'note', OLD.note,
    'at_us', OLD.at_us, 'at_offset', OLD.at_offset, 'at_by_hand', OLD.at_by_hand));
END;

-- As before, and a report that is cancelled because the specimen was rejected ends the draft of a
-- rejected case as well; 6: rejected.
DROP TRIGGER report_version_signed;

CREATE TRIGGER report_version_signed AFTER INSERT ON report_version
BEGIN
  UPDATE report SET draft = NULL, draft_by = NULL, draft_us = NULL WHERE uuid = NEW.report;
  UPDATE case_state
  SET touched = 0, state = CASE WHEN state = 6 THEN 6
                                WHEN NEW.status = 'preliminary' THEN 4 ELSE 5 END
  WHERE specimen =
    (SELECT specimen.id FROM report JOIN specimen ON specimen.uuid = report.specimen
     WHERE report.uuid = NEW.report);
END;

-- Sentences that are offered for comments of reports: what the site added, and which of the shipped
-- ones it does not want (removed, by their UUID).
CREATE TABLE phrase (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL CHECK (text <> ''),
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  version INTEGER NOT NULL
) STRICT;
