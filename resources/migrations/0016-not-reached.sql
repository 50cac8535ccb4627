-- SPDX-License-Identifier: GPL-3.0-or-later
-- Calls about critical values that reached nobody. Schema version 16.

-- Who was tried and when stand where they do of a call that told somebody.
ALTER TABLE critical_call ADD COLUMN not_reached INTEGER NOT NULL DEFAULT 0
  CHECK (not_reached IN (0, 1));

DROP TRIGGER critical_call_history;

CREATE TRIGGER critical_call_history BEFORE UPDATE ON critical_call
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('critical-call', OLD.uuid, OLD.version, json_object(
    'analytes', OLD.analytes, 'told', OLD.told, 'read_back', OLD.read_back,
    'called_by', OLD.called_by, 'at_us', OLD.at_us, 'at_offset', OLD.at_offset,
    'at_by_hand', OLD.at_by_hand, 'told_lines', OLD.told_lines, 'not_reached', OLD.not_reached));
END;

-- Signed as they are, with a critical value that nobody was told: 3 is critical.
CREATE INDEX case_state_untold ON case_state (specimen) WHERE state = 3 AND NOT touched;
