-- SPDX-License-Identifier: GPL-3.0-or-later
-- What became of counted cells because of the field that they were seen on. Schema version 12.

-- Of a cell the last step holds. mark: out of the count with its mark, and back with it (mark-back);
-- mark-lost: out for good, since the mark is another one now; field: out with a discarded field;
-- kept: counted at the microscope, and left in though its field was discarded.
CREATE TABLE counted_cell_step (
  id INTEGER PRIMARY KEY,
  cell_count INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('mark', 'mark-back', 'mark-lost', 'field', 'kept')),
  done_by TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  FOREIGN KEY (cell_count, sequence) REFERENCES counted_cell (cell_count, sequence)
) STRICT;

CREATE INDEX counted_cell_step_of ON counted_cell_step (cell_count, sequence);

CREATE TRIGGER counted_cell_step_is_kept BEFORE DELETE ON counted_cell_step
BEGIN
  SELECT raise(ABORT, 'what became of a counted cell is never removed');
END;

CREATE TRIGGER counted_cell_step_stays BEFORE UPDATE ON counted_cell_step
BEGIN
  SELECT raise(ABORT, 'what became of a counted cell is never changed');
END;
