-- What is taken off, and taxes that prices do not have in them, are part of what an order comes to.
ALTER TABLE "Order" DROP CONSTRAINT "Order_total_check";
ALTER TABLE "Order" ADD CONSTRAINT "Order_total_check" CHECK (
  "total" = "subtotal" - "discount" + "delivery"
    + CASE WHEN coalesce(("snapshot" ->> 'taxIncluded')::boolean, true) THEN 0 ELSE "tax" END
);
