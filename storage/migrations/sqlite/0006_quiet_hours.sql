-- From here on subscribers may have quiet hours, and recipients of a broadcast may wait in its ledger until these end
-- (outcome 8). Older code knows neither: this number keeps it from opening the database. The index finds those who
-- wait without reading the whole ledger. It holds nothing that the table does not hold.

CREATE INDEX ledger_waiting ON ledger (broadcast, pseudonym) WHERE outcome = 8;
