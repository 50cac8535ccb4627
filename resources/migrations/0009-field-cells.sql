-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cells that were found on a field, what a person made of them, and which of them were counted.

-- content: a JSON object as hemo_field_cells_to_json() writes it. accepted_by: NULL while nobody has
-- confirmed it as it stands.
CREATE TABLE field_cells (
  id INTEGER PRIMARY KEY,
  image TEXT NOT NULL UNIQUE REFERENCES image (uuid),
  content TEXT NOT NULL,
  accepted_by TEXT,
  accepted_us INTEGER NOT NULL DEFAULT 0,
  accepted_offset INTEGER NOT NULL DEFAULT 0,
  accepted_by_hand INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL
) STRICT;

CREATE TRIGGER field_cells_history BEFORE UPDATE ON field_cells
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('field-cells', OLD.image, OLD.version, json_object(
    'content', json(OLD.content), 'accepted_by', OLD.accepted_by, 'accepted_us', OLD.accepted_us,
    'accepted_offset', OLD.accepted_offset, 'accepted_by_hand', OLD.accepted_by_hand));
END;

CREATE TRIGGER field_cells_is_kept BEFORE DELETE ON field_cells
BEGIN
  SELECT raise(ABORT, 'what was found and confirmed is never removed');
END;

-- A counted cell that was one found on a field: which one, and what had found it when it was counted.
CREATE TABLE counted_found_cell (
  cell_count INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  detector TEXT,
  program TEXT,
  PRIMARY KEY (cell_count, sequence),
  FOREIGN KEY (cell_count, sequence) REFERENCES counted_cell (cell_count, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER counted_found_cell_is_kept BEFORE DELETE ON counted_found_cell
BEGIN
  SELECT raise(ABORT, 'what was counted is never removed');
END;
