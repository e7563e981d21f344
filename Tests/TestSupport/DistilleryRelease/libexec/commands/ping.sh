# Says pong when the node answers.
ask pong
