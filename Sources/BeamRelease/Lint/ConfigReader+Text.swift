// Made by scripts/embed-templates from templates/config_reads.exs: change that file, then run the script.

extension ConfigReader {
    /// The reader, as text for `Code.eval_file/1`.
    public static let text = ##"""
        # The configuration reader of beamctl: says what a release's runtime.exs reads from the environment, without running
        # it.
        #
        # It is evaluated by the release's own `bin/app eval`, with a sys.config that holds nothing, so that neither
        # runtime.exs nor another config provider runs. It parses releases/<version>/runtime.exs, walks the syntax tree, and
        # then looks for names in the code of the release's own applications. It runs nothing of what it finds, and prints
        # no value of any variable but those that it is asked for. Elixir 1.11 to 1.18.
        #
        # BEAMCTL_CONFIG_NAMES: names of variables, between spaces, that are looked for in the code.
        # BEAMCTL_CONFIG_EXPORTS: names of variables, between spaces, whose values are told: what env.sh has made of them.
        #
        # Each line of the answer is the prefix, the kind and its fields, between tabs; texts are Base64. The last one is
        # "end".
        defmodule BeamctlConfigReads do
          @prefix "beamctl-config-reads:1"
          @longest_file 1_048_576
          @longest_text 300
          @most_lines 2000
          @most_names 1000
          @longest_beam 33_554_432
          # milliseconds for all of the code together
          @search_time 4000

          def main do
            names = names(System.get_env("BEAMCTL_CONFIG_NAMES") || "")
            root = System.get_env("RELEASE_ROOT") || "."
            folder = Path.join([root, "releases", System.get_env("RELEASE_VSN") || ""])
            {env, providers} = compiled(Path.join(folder, "sys.config"))

            {facts, texts} =
              case File.stat(Path.join(folder, "runtime.exs")) do
                {:ok, %{size: size}} when size > @longest_file -> {[{:opaque, 0, "a file of #{size} bytes"}], []}
                {:ok, _} -> read(File.read!(Path.join(folder, "runtime.exs")), env)
                {:error, _} -> {[], []}
              end

            here = for name <- names, name in texts, do: {:code, name, "runtime.exs"}
            facts = Enum.uniq(providers ++ facts)
            # what was printed before may not have ended its line
            IO.write("\n")
            facts |> Enum.take(@most_lines) |> Enum.each(&say/1)
            if length(facts) > @most_lines, do: say({:opaque, 0, "more than #{@most_lines} places"})
            Enum.each(here, &say/1)
            exports = names(System.get_env("BEAMCTL_CONFIG_EXPORTS") || "")
            for name <- exports, value = System.get_env(name), do: say({:export, name, value})
            {found, is_complete} = search(names -- for({:code, name, _} <- here, do: name), root)
            Enum.each(found, &say/1)
            line(["end", flag(is_complete)])
          end

          defp names(text), do: text |> String.split() |> Enum.uniq() |> Enum.take(@most_names)

          # What the answer looks like.

          defp say({:read, name, {at, column}, certain, need, default, takes}) do
            default = if default, do: text(default), else: "-"
            line(["read", text(name), number(at), number(column), flag(certain), to_string(need), default, to_string(takes)])
          end

          defp say({:syntax, {at, column}, why}), do: line(["syntax", number(at), number(column), text(why)])
          defp say({:export, name, value}), do: line(["export", text(name), text(value)])
          defp say({:code, name, application}), do: line(["code", text(name), text(application)])
          defp say({kind, at, what}), do: line([to_string(kind), number(at), text(what)])

          defp line(fields), do: IO.write([Enum.intersperse([@prefix | fields], "\t"), "\n"])
          defp number(number) when is_integer(number), do: Integer.to_string(number)
          defp number(_), do: "0"
          defp flag(true), do: "1"
          defp flag(false), do: "0"
          defp text(text), do: text |> String.slice(0, @longest_text) |> Base.encode64()

          # What was said when the release was built: the environment's name (MIX_ENV), and providers besides runtime.exs.

          defp compiled(path) do
            with {:ok, [config]} <- :file.consult(String.to_charlist(path)),
                 %{providers: providers} <- get_in(config, [:elixir, :config_provider_init]) do
              env = Enum.find_value(providers, :prod, fn {_, state} -> env(state) end)
              others = for {module, _} <- providers, module != Config.Reader, do: {:provider, 0, inspect(module)}
              {env, others}
            else
              _ -> {:prod, []}
            end
          rescue
            _ -> {:prod, []}
          end

          defp env({_, options}) when is_list(options), do: options[:env]
          defp env(%{env: env}), do: env
          defp env(_), do: nil

          # The syntax tree.

          defp read(source, env) do
            case Code.string_to_quoted(source, columns: true, emit_warnings: false) do
              {:ok, tree} ->
                facts = tree |> walk(%{certain: true, need: :optional, takes: :text, env: env}) |> List.flatten()
                {_, texts} = Macro.prewalk(tree, [], fn node, texts -> {node, literal(node) ++ texts} end)
                {facts, texts}

              {:error, {place, why, token}} ->
                {[{:syntax, place(place), "#{why(why)}#{why(token)}"}], []}
            end
          end

          defp literal(text) when is_binary(text), do: String.split(text)
          defp literal(text) when is_list(text), do: if(charlist?(text), do: [List.to_string(text)], else: [])
          defp literal(_), do: []

          defp why({before, behind}), do: "#{before}#{behind}"
          defp why(text), do: to_string(text)

          defp place(line) when is_integer(line), do: {line, 0}
          defp place(meta), do: {meta[:line], meta[:column]}

          # `context.need` is what becomes of a value that is not there: it is :required, has {:default, text}, or is
          # :optional. `context.takes` is what the value is turned into at once: an :integer, or it stays :text.
          # `context.certain` is whether the place is reached on each boot.

          defp walk({:__block__, _, parts}, context), do: last(parts, context)

          defp walk({:|>, _, [left, right]}, context) do
            case piped(left, right) do
              {:ok, tree} -> walk(tree, context)
              :error -> [walk(left, plain(context)), walk(right, plain(context))]
            end
          end

          # Kernel.||(a, b) and the like
          defp walk({{:., _, [{:__aliases__, _, [:Kernel]}, name]}, meta, arguments}, context) do
            walk({name, meta, arguments}, context)
          end

          defp walk({:||, _, [left, right]}, context) do
            [walk(left, %{context | need: fallback(right, context.need)}), walk(right, unsure(context))]
          end

          defp walk({and_also, _, [left, right]}, context) when and_also in [:&&, :and] do
            case truth(left, context) do
              true -> walk(right, context)
              false -> []
              nil -> [walk(left, plain(context)), walk(right, unsure(plain(context)))]
            end
          end

          defp walk({:or, _, [left, right]}, context) do
            case truth(left, context) do
              true -> []
              false -> walk(right, context)
              nil -> [walk(left, plain(context)), walk(right, unsure(plain(context)))]
            end
          end

          defp walk({choice, _, [condition, branches]}, context) when choice in [:if, :unless] and is_list(branches) do
            {yes, no} = {branch(branches, :do), branch(branches, :else)}
            {yes, no} = if choice == :if, do: {yes, no}, else: {no, yes}

            case truth(condition, context) do
              true -> walk(yes, context)
              false -> walk(no, context)
              nil -> [presence(condition, yes, no, context) | Enum.map([yes, no], &walk(&1, unsure(context)))]
            end
          end

          defp walk({:case, _, [subject, [{_, clauses} | _]]}, context) when is_list(clauses) do
            case value(subject, context) do
              {:ok, value} ->
                chosen = Enum.find(clauses, &matches?(&1, value))
                if chosen, do: clause(chosen, context), else: clauses(clauses, context)

              :unknown ->
                absent = Enum.find(clauses, &(matches?(&1, nil) or matches?(&1, :error)))
                need = if absent && raises?(body(absent)), do: :required, else: :optional
                [walk(subject, %{context | need: need}), clauses(clauses, context)]
            end
          end

          defp walk({:cond, _, [[{_, clauses} | _]]}, context) when is_list(clauses) do
            {facts, _} =
              Enum.reduce_while(clauses, {[], context}, fn {:->, _, [[condition], body]}, {facts, context} ->
                case truth(condition, context) do
                  true -> {:halt, {[facts, walk(body, context)], context}}
                  false -> {:cont, {facts, context}}
                  nil -> {:cont, {[facts, either(condition, body, context)], unsure(context)}}
                end
              end)

            facts
          end

          defp walk({first_only, _, [first | others]}, context) when first_only in [:with, :for] do
            [walk(first, plain(context)), Enum.map(others, &walk(&1, unsure(plain(context))))]
          end

          defp walk({:&, _, [{:/, _, [{{:., meta, [module, name]}, _, _}, _]}]}, context) do
            if reader?(module, name), do: [{:dynamic, meta[:line], call(module, name)}], else: walk(module, unsure(context))
          end

          defp walk({later, _, arguments}, context)
               when later in [:fn, :&, :try, :receive, :quote] and is_list(arguments) do
            Enum.map(arguments, &walk(&1, unsure(plain(context))))
          end

          defp walk({definition, _, arguments}, context)
               when definition in [:defmodule, :def, :defp, :defmacro, :defmacrop] and is_list(arguments) do
            Enum.map(arguments, &walk(&1, unsure(plain(context))))
          end

          # `x = nil` is fine, `{:ok, x} = :error` and `"a" <> x = nil` are not
          defp walk({:=, _, [{name, _, place}, right]}, context) when is_atom(name) and is_atom(place) do
            walk(right, context)
          end

          defp walk({:=, _, [left, right]}, context) do
            [walk(left, plain(context)), walk(right, %{context | need: :required})]
          end

          # strings with an expression in them are a <<>>, too
          defp walk({:<>, _, [left, right]}, context) do
            context = %{context | need: :required, takes: :text}
            [walk(left, context), walk(right, context)]
          end

          defp walk({:import_config, meta, arguments}, _) when is_list(arguments) do
            [{:opaque, meta[:line], "import_config"}]
          end

          # Dotenvy reads files before it looks at the environment
          defp walk({name, meta, arguments}, context) when name in [:env!, :source!, :source] and is_list(arguments) do
            dotenvy(name, meta, arguments, context)
          end

          defp walk({{:., _, [{:__aliases__, _, [:Dotenvy]}, name]}, meta, arguments}, context)
               when name in [:env!, :source!, :source] do
            dotenvy(name, meta, arguments, context)
          end

          defp walk({{:., _, [module, name]}, meta, arguments}, context) when is_atom(name) and is_list(arguments) do
            place = place(at(module) || meta)

            cond do
              reader?(module, name) -> environment(module, name, arguments, place, context)
              opaque?(module, name) -> [{:opaque, elem(place, 0), call(module, name)} | others(arguments, context)]
              whole?(arguments) and fetcher?(module, name) -> from_map(module, name, arguments, place, context)
              true -> [walk(module, plain(context)), arguments(module, name, arguments, context)]
            end
          end

          defp walk({form, _, arguments}, context) when is_list(arguments) do
            [walk(form, plain(context)), others(arguments, context)]
          end

          defp walk({left, right}, context), do: [walk(left, plain(context)), walk(right, plain(context))]
          defp walk(list, context) when is_list(list), do: others(list, context)
          defp walk(_, _), do: []

          defp either(condition, body, context), do: [walk(condition, plain(context)), walk(body, unsure(context))]
          defp others(parts, context), do: Enum.map(parts, &walk(&1, plain(context)))

          defp piped(left, right) do
            {:ok, Macro.pipe(left, right, 0)}
          rescue
            _ -> :error
          end

          defp last([], _), do: []
          defp last(parts, context), do: [others(Enum.drop(parts, -1), context), walk(List.last(parts), context)]

          defp plain(context), do: %{context | need: :optional, takes: :text}
          defp unsure(context), do: %{context | certain: false}

          defp branch(branches, key) do
            Enum.find_value(branches, fn
              {^key, body} -> body
              {{:__block__, _, [^key]}, body} -> body
              _ -> nil
            end)
          end

          # A condition that asks for nothing but whether a value is there: what if it is not?
          defp presence({negation, _, [inner]}, yes, no, context) when negation in [:!, :not, :is_nil] do
            presence(inner, no, yes, context)
          end

          defp presence({:==, _, [inner, nil]}, yes, no, context), do: presence(inner, no, yes, context)
          defp presence({:!=, _, [inner, nil]}, yes, no, context), do: presence(inner, yes, no, context)

          defp presence(condition, _, no, context) do
            walk(condition, %{context | need: if(no && raises?(no), do: :required, else: :optional)})
          end

          defp clauses(clauses, context), do: Enum.map(clauses, &clause(&1, unsure(context)))
          defp clause({:->, _, [_, body]}, context), do: walk(body, context)
          defp clause(other, context), do: walk(other, unsure(context))
          defp body({:->, _, [_, body]}), do: body

          defp matches?({:->, _, [[{:_, _, place}], _]}, _) when is_atom(place), do: true
          defp matches?({:->, _, [[{:when, _, _}], _]}, _), do: false

          defp matches?({:->, _, [[{name, _, place}], _]}, value) when is_atom(name) and is_atom(place) do
            value not in [nil, :error]
          end

          defp matches?({:->, _, [[pattern], _]}, value), do: pattern === value
          defp matches?(_, _), do: false

          defp raises?({name, _, arguments}) when name in [:raise, :reraise, :throw, :exit] and is_list(arguments), do: true
          defp raises?({:__block__, _, parts}) when parts != [], do: raises?(List.last(parts))
          defp raises?({:|>, _, [_, right]}), do: raises?(right)
          defp raises?({{:., _, [{:__aliases__, _, [:System]}, name]}, _, _}) when name in [:halt, :stop], do: true
          defp raises?(_), do: false

          defp fallback(right, outer) do
            cond do
              raises?(right) -> :required
              right in [nil, false] -> outer
              true -> {:default, shown(right)}
            end
          end

          # What is the same on each boot of a release: comparisons of config_env().

          defp truth(value, _) when is_boolean(value), do: value
          defp truth({:!, _, [inner]}, context), do: negated(truth(inner, context))
          defp truth({:not, _, [inner]}, context), do: negated(truth(inner, context))

          defp truth({name, _, [left, right]}, context) when name in [:==, :===, :!=, :!==] do
            with {:ok, left} <- value(left, context), {:ok, right} <- value(right, context) do
              if name in [:==, :===], do: left == right, else: left != right
            else
              :unknown -> nil
            end
          end

          defp truth({:in, _, [left, right]}, context) do
            with {:ok, left} <- value(left, context), {:ok, right} <- value(right, context), true <- is_list(right) do
              left in right
            else
              _ -> nil
            end
          end

          defp truth({name, _, [left, right]}, context) when name in [:and, :&&, :or, :||] do
            decisive = name in [:or, :||]

            case {truth(left, context), truth(right, context)} do
              {^decisive, _} -> decisive
              {_, ^decisive} -> decisive
              {known, known} -> known
              _ -> nil
            end
          end

          defp truth(_, _), do: nil

          defp negated(nil), do: nil
          defp negated(value), do: not value

          defp value({:config_env, _, arguments}, context) when arguments in [[], nil], do: {:ok, context.env}

          defp value({{:., _, [{:__aliases__, _, [:Config]}, :config_env]}, _, []}, context), do: {:ok, context.env}
          defp value(value, _) when is_atom(value), do: {:ok, value}

          defp value({:sigil_w, _, [{:<<>>, _, [text]}, [?a]]}, _) when is_binary(text) do
            {:ok, text |> String.split() |> Enum.map(&String.to_atom/1)}
          end

          defp value(list, _) when is_list(list), do: if(Enum.all?(list, &is_atom/1), do: {:ok, list}, else: :unknown)
          defp value(_, _), do: :unknown

          # Reads.

          defp reader?({:__aliases__, _, [:System]}, name), do: name in [:get_env, :fetch_env, :fetch_env!]
          defp reader?(:os, name), do: name in [:getenv, :env]
          defp reader?(_, _), do: false

          defp fetcher?({:__aliases__, _, [:Map]}, name), do: name in [:get, :fetch, :fetch!]
          defp fetcher?(Access, name), do: name in [:get]
          defp fetcher?(_, _), do: false

          defp opaque?({:__aliases__, _, [:Code]}, name) do
            name in [:eval_file, :require_file, :compile_file, :load_file, :eval_string, :eval_quoted]
          end

          defp opaque?({:__aliases__, _, [:Config, :Reader]}, name), do: name in [:read!, :read_imports!]
          defp opaque?(_, _), do: false

          defp whole?([{{:., _, [{:__aliases__, _, [:System]}, :get_env]}, _, []}, _ | _]), do: true
          defp whole?(_), do: false

          defp environment(module, name, [], {line, _}, _), do: [{:everything, line, call(module, name)}]

          defp environment(module, name, [variable | default], place, context) do
            case {name?(variable), default} do
              {nil, _} -> [{:dynamic, elem(place, 0), call(module, name)}, others([variable | default], context)]
              {text, []} -> [found(text, place, need(name, context), context)]
              {text, [tree]} -> [found(text, place, fallback(tree, context.need), context), walk(tree, plain(context))]
              {text, _} -> [found(text, place, :optional, context)]
            end
          end

          defp from_map(module, name, [_, variable | default], place, context) do
            name = if name == :fetch!, do: :fetch_env!, else: name
            environment(module, name, [variable | default], place, context)
          end

          defp need(:fetch_env!, _), do: :required
          defp need(_, context), do: context.need

          defp found(name, place, {:default, text}, context) do
            {:read, name, place, context.certain, :default, text, context.takes}
          end

          defp found(name, place, need, context), do: {:read, name, place, context.certain, need, nil, context.takes}

          defp dotenvy(:env!, meta, [variable | more], context) do
            context = unsure(context)

            case {name?(variable), more} do
              {nil, _} -> [{:dynamic, meta[:line], "env!"}]
              {name, [_, default]} -> [found(name, place(meta), fallback(default, :optional), context)]
              {name, _} -> [found(name, place(meta), :required, context)]
            end
          end

          defp dotenvy(name, meta, arguments, context) do
            [{:opaque, meta[:line], to_string(name)}, others(arguments, context)]
          end

          # nil is no first argument for these
          defp arguments({:__aliases__, _, [module]}, name, [first | others], context)
               when module in [:String, :Integer, :Float, :Base, :URI, :Path] and name != :valid? do
            takes = if {module, name, others} == {:String, :to_integer, []}, do: :integer, else: :text
            [walk(first, %{context | need: :required, takes: takes}), others(others, context)]
          end

          defp arguments(:erlang, name, [first | others], context)
               when name in [:binary_to_integer, :list_to_integer, :binary_to_atom, :list_to_atom, :binary_to_float] do
            takes = if name in [:binary_to_integer, :list_to_integer] and others == [], do: :integer, else: :text
            [walk(first, %{context | need: :required, takes: takes}), others(others, context)]
          end

          defp arguments(_, _, arguments, context), do: others(arguments, context)

          # A variable's name as it can be written: "X", ~s(X), 'X', ~c"X"; nil for all that is known only when it runs.
          defp name?(text) when is_binary(text), do: if(text =~ ~r/\A[^=\0\s]{1,256}\z/, do: text)
          defp name?(text) when is_list(text), do: if(charlist?(text), do: name?(List.to_string(text)))

          defp name?({sigil, _, [{:<<>>, _, [text]}, _]}) when sigil in [:sigil_s, :sigil_S, :sigil_c, :sigil_C] do
            if is_binary(text), do: name?(text)
          end

          defp name?({{:., _, [{:__aliases__, _, [:String]}, :to_charlist]}, _, [text]}), do: name?(text)
          defp name?({:to_charlist, _, [text]}), do: name?(text)
          defp name?({:__block__, _, [text]}), do: name?(text)
          defp name?(_), do: nil

          defp charlist?([]), do: false
          defp charlist?(list), do: length(list) <= 300 and Enum.all?(list, &(is_integer(&1) and &1 in 32..126))

          defp shown(text) when is_binary(text), do: text

          defp shown({sigil, _, [{:<<>>, _, [text]}, []]} = tree) when sigil in [:sigil_s, :sigil_S, :sigil_c] do
            if is_binary(text), do: text, else: Macro.to_string(tree)
          end

          defp shown(list) when is_list(list) do
            if charlist?(list), do: List.to_string(list), else: Macro.to_string(list)
          end

          defp shown(tree), do: Macro.to_string(tree)

          defp call(module, name), do: "#{if is_atom(module), do: inspect(module), else: Macro.to_string(module)}.#{name}"
          defp at({:__aliases__, meta, _}), do: meta
          defp at(_), do: nil

          # The code of the release's own applications: as a string, a charlist or an atom.

          @otp ~w(asn1 common_test compiler crypto debugger dialyzer diameter edoc eldap erl_docgen erl_interface et
                  eunit ftp inets jinterface kernel megaco mnesia observer odbc os_mon parsetools public_key reltool
                  runtime_tools sasl snmp ssh ssl stdlib syntax_tools tftp tools wx xmerl)
          @elixir ~w(elixir eex ex_unit iex logger mix)

          defp search([], _), do: {[], true}

          defp search(names, root) do
            until = System.monotonic_time(:millisecond) + @search_time
            lib = Path.join(root, "lib")

            files =
              for folder <- list(lib),
                  application = folder |> String.split("-") |> hd(),
                  application not in @otp and application not in @elixir,
                  ebin = Path.join([lib, folder, "ebin"]),
                  file <- list(ebin),
                  String.ends_with?(file, ".beam"),
                  do: {application, Path.join(ebin, file)}

            {found, _, is_complete} = Enum.reduce_while(files, {[], names, true}, &search(&1, &2, until))
            {found, is_complete}
          end

          defp search(_, {found, [], is_complete}, _), do: {:halt, {found, [], is_complete}}

          defp search({application, file}, {found, names, is_complete}, until) do
            if System.monotonic_time(:millisecond) > until do
              {:halt, {found, names, false}}
            else
              case chunks(file) do
                {:ok, chunks} ->
                  here = Enum.filter(names, &in_chunks?(&1, chunks))
                  {:cont, {found ++ for(name <- here, do: {:code, name, application}), names -- here, is_complete}}

                :error ->
                  {:cont, {found, names, false}}
              end
            end
          end

          defp list(folder) do
            case File.ls(folder) do
              {:ok, names} -> Enum.sort(names)
              {:error, _} -> []
            end
          end

          # the external term format has the length before the text; elsewhere a name is taken wherever it stands
          defp in_chunks?(name, {literals, plain}) do
            size = byte_size(name)
            exact = [<<109, size::32, name::binary>>, <<107, size::16, name::binary>>, <<119, size, name::binary>>]
            :binary.match(literals, exact) != :nomatch or :binary.match(plain, name) != :nomatch
          end

          defp chunks(file) do
            with {:ok, %{size: size}} when size <= @longest_beam <- File.stat(file),
                 {:ok, data} <- File.read(file),
                 <<"FOR1", _::32, "BEAM", rest::binary>> <- unpacked(data) do
              {:ok, parts(rest, "", [])}
            else
              _ -> :error
            end
          rescue
            _ -> :error
          end

          defp unpacked(<<0x1F, 0x8B, _::binary>> = data), do: :zlib.gunzip(data)
          defp unpacked(data), do: data

          defp parts(<<id::binary-size(4), size::32, data::binary-size(size), rest::binary>>, literals, plain) do
            padding = rem(4 - rem(size, 4), 4)
            rest = if byte_size(rest) >= padding, do: binary_part(rest, padding, byte_size(rest) - padding), else: ""

            case id do
              "LitT" -> parts(rest, literals(data), plain)
              id when id in ["AtU8", "Atom", "StrT"] -> parts(rest, literals, [plain, 0, data])
              _ -> parts(rest, literals, plain)
            end
          end

          defp parts(_, literals, plain), do: {literals, IO.iodata_to_binary(plain)}

          # not compressed since OTP 28
          defp literals(<<0::32, data::binary>>), do: data
          defp literals(<<size::32, data::binary>>) when size <= @longest_beam, do: :zlib.uncompress(data)
        end

        """##
}
