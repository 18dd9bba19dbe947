-- revison: a1
-- Revises: a0
-- massage: x
-- create: 2026
-- branch_label: b
-- depend_on: c
-- note: a free text
-- TODO: another

-- migrate:up
