-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cases that a pathologist is asked to read, and the answers. Schema version 8.

-- urgency: the number of HemoUrgency. reader: who has it in hand, answered or declined; who answers
-- from another clinic is no user here, so names stand beside the UUIDs. report_version: the newest
-- signed report when it was answered, 0 for none: a later one was read by nobody. reason: why it was
-- cancelled. changed_us: when it came into its state.
CREATE TABLE reading (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  state TEXT NOT NULL CHECK (state IN ('requested', 'accepted', 'completed', 'cancelled')),
  urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
  question TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_by_name TEXT,
  asked_us INTEGER NOT NULL,
  asked_offset INTEGER NOT NULL,
  asked_by_hand INTEGER NOT NULL,
  reader TEXT,
  reader_name TEXT,
  report_version INTEGER NOT NULL DEFAULT 0,
  conclusion TEXT NOT NULL DEFAULT 'none'
    CHECK (conclusion IN ('none', 'agrees', 'differs', 'unclear')),
  answer TEXT,
  reason TEXT,
  changed_us INTEGER NOT NULL,
  changed_offset INTEGER NOT NULL,
  changed_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (state <> 'completed' OR (answer IS NOT NULL AND reader IS NOT NULL)),
  CHECK (state = 'cancelled' OR reason IS NULL)
) STRICT;

CREATE INDEX reading_specimen ON reading (specimen);
-- A case waits for one reading at a time.
CREATE UNIQUE INDEX reading_open ON reading (specimen) WHERE state IN ('requested', 'accepted');
CREATE INDEX reading_state ON reading (state, urgency DESC);

CREATE TRIGGER reading_history BEFORE UPDATE ON reading
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('reading', OLD.uuid, OLD.version, json_object(
    'state', OLD.state, 'reader', OLD.reader, 'reader_name', OLD.reader_name,
    'report_version', OLD.report_version, 'conclusion', OLD.conclusion, 'answer', OLD.answer,
    'changed_us', OLD.changed_us, 'changed_offset', OLD.changed_offset,
    'changed_by_hand', OLD.changed_by_hand));
END;

CREATE TRIGGER reading_goes_forward BEFORE UPDATE ON reading
WHEN NEW.specimen <> OLD.specimen OR NEW.question <> OLD.question
  OR (OLD.state = 'completed' AND NEW.state <> 'completed')
  OR OLD.state = 'cancelled'
  OR (OLD.state = 'accepted' AND NEW.state = 'requested')
BEGIN
  SELECT raise(ABORT, 'what was asked and answered stays');
END;

CREATE TRIGGER reading_is_kept BEFORE DELETE ON reading
BEGIN
  SELECT raise(ABORT, 'a reading is cancelled, never removed');
END;
