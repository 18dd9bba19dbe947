-- upgrade
CREATE TABLE "Order" (
    "user" INTEGER NOT NULL PRIMARY KEY,
    "A b" INTEGER CONSTRAINT "uq ""it""" UNIQUE,
    "group" TEXT CHECK ("group" <> 'y') CONSTRAINT "Order_group_values" CHECK ("group" IN ('x')),
    name TEXT
);
CREATE INDEX "ix Order" ON "Order" ("group", name);
ALTER TABLE "Order" RENAME COLUMN "A b" TO "select";

-- downgrade
ALTER TABLE "Order" RENAME COLUMN "select" TO "A b";
DROP INDEX "ix Order";
DROP TABLE "Order";
