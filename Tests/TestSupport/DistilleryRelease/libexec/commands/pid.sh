# The process id of the node.
ask 'list_to_integer(os:getpid())'
