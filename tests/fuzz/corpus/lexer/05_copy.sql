COPY t (a, b) FROM STDIN;
1	2
\\.
\.x
\.
COPY u FROM stdin CSV; -- rows
"a
;b",c
\.
SELECT 1;
COPY v FROM STDIN