SELECT 1 \gset
\echo it's
; /*/ a */*/