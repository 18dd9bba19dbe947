-- some notes

-- and more: of them
