# Evaluates an Erlang expression in the node.
ask "${1:?an expression is missing}"
