-- upgrade
CREATE TABLE "Order" (
    "user" integer PRIMARY KEY,
    "A b" integer CONSTRAINT "uq ""it""" UNIQUE,
    "group" text CONSTRAINT "Order_group_values" CHECK ("group" IN ('x')) CHECK ("group" <> 'y'),
    name text
);
CREATE INDEX "ix Order" ON "Order" ("group", name);
ALTER TABLE "Order" RENAME COLUMN "A b" TO "select";

-- downgrade
ALTER TABLE "Order" RENAME COLUMN "select" TO "A b";
DROP INDEX "ix Order";
DROP TABLE "Order";
