-- objects come in one plan with default privileges, which give nothing of them
create schema app;
