SELECT 1; SELECT 'a;b', "c;d", E'e\'f;' ; -- g;
SELECT /* h /* i; */ ; */ 2