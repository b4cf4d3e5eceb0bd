-- Finds the new orders whose time is up, however many other intentions are open: while the product service cannot be
-- reached they are the only ones that can be settled.
CREATE INDEX order_intentions_late ON order_intentions (deadline) WHERE state = 'open' AND deadline IS NOT NULL;
