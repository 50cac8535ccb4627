-- SPDX-License-Identifier: GPL-3.0-or-later
-- Orders whose specimen has not come. Schema version 17.

-- Nearly every order has its specimen from the first: those that have none are found without
-- looking at all of them.
CREATE TABLE expected_order (
  lab_order TEXT PRIMARY KEY REFERENCES lab_order (uuid)
) STRICT, WITHOUT ROWID;

INSERT INTO expected_order (lab_order)
SELECT uuid FROM lab_order
WHERE NOT EXISTS (SELECT 1 FROM specimen WHERE specimen.lab_order = lab_order.uuid);

CREATE TRIGGER order_expected AFTER INSERT ON lab_order
BEGIN
  INSERT INTO expected_order (lab_order) VALUES (NEW.uuid);
END;

CREATE TRIGGER specimen_came AFTER INSERT ON specimen
BEGIN
  DELETE FROM expected_order WHERE lab_order = NEW.lab_order;
END;
