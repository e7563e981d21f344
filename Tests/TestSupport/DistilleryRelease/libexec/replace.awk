# Fills in ${NAME} from the environment, again and again as long as the line has one. So, as in Distillery:
#   unset is empty; there are no defaults, for NAME:-x is the name of no variable;
#   a value with a placeholder of its own for the same name, or with &, never ends;
#   a name with the signs of a regular expression never ends, for it does not match itself;
#   two backslashes in a value become one; comments and \${NAME} are filled in too.
{
  while (match($0, /[$][{][^}]*[}]/)) {
    name = substr($0, RSTART + 2, RLENGTH - 3)
    gsub("[$][{]" name "[}]", ENVIRON[name])
  }
  print
}
