# Ends the node as it is meant to end.
ask 'init:stop()'
