-- By itself: PostgreSQL lets a new value be used only after the transaction that adds it.
ALTER TYPE "Availability" ADD VALUE 'BACK_ORDER' BEFORE 'LOW_STOCK';
