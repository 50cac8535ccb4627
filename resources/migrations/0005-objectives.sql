-- SPDX-License-Identifier: GPL-3.0-or-later
-- The microscope's objectives, and how large a pixel is with each. A calibration belongs to this
-- laptop's camera and microscope, so it never leaves.

-- micrometres_per_pixel: in a picture of width by height; 0 while it was never calibrated.
CREATE TABLE objective (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  magnification INTEGER NOT NULL CHECK (magnification BETWEEN 1 AND 200),
  oil INTEGER NOT NULL CHECK (oil IN (0, 1)),
  retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
  line_pixels REAL NOT NULL DEFAULT 0,
  line_micrometres REAL NOT NULL DEFAULT 0,
  line_uncertainty REAL NOT NULL DEFAULT 0,
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  micrometres_per_pixel REAL NOT NULL DEFAULT 0,
  uncertainty REAL NOT NULL DEFAULT 0,
  calibrated_by TEXT REFERENCES user (uuid),
  at_us INTEGER NOT NULL DEFAULT 0,
  at_offset INTEGER NOT NULL DEFAULT 0,
  at_by_hand INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL
) STRICT;

-- What a picture was measured with must be told years later.
CREATE TRIGGER objective_history BEFORE UPDATE ON objective
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('objective', OLD.name, OLD.version, json_object(
    'magnification', OLD.magnification, 'oil', OLD.oil, 'retired', OLD.retired,
    'line_pixels', OLD.line_pixels, 'line_micrometres', OLD.line_micrometres,
    'width', OLD.width, 'height', OLD.height,
    'micrometres_per_pixel', OLD.micrometres_per_pixel, 'uncertainty', OLD.uncertainty,
    'calibrated_by', OLD.calibrated_by, 'at_us', OLD.at_us));
END;

CREATE TRIGGER objective_is_kept BEFORE DELETE ON objective
BEGIN
  SELECT raise(ABORT, 'an objective is never removed');
END;

INSERT INTO objective (name, magnification, oil, version) VALUES
  ('x10', 10, 0, 1), ('x40', 40, 0, 1), ('x100 oil', 100, 1, 1);
