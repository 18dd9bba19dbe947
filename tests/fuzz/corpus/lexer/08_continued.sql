SELECT E'a' -- b'
  'c\'d;'
 'e';
SELECT U&'d!0061;' UESCAPE '!', N'x', B'01', X'ff';