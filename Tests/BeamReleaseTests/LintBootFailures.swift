// Made by scripts/record-boot-failures: change that, then run it.
// swift-format-ignore-file

/// What real releases said when their configuration made the boot fail.
struct BootFailure: Sendable {
    var name: String
    var elixir: String
    var erts: String
    var status: Int32
    var runtime: String
    var output: String

    static let recorded: [Self] = [
        Self(
            name: "fetch_env", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                config :hello,
                  key: System.fetch_env!("API_KEY")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (System.EnvError) could not fetch environment variable "API_KEY" because it is not set
                    (elixir 1.14.0) lib/system.ex:706: System.fetch_env!/1
                    (stdlib 4.2) erl_eval.erl:744: :erl_eval.do_apply/7
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:290: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:282: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:454: :erl_eval.expr/6
                    (elixir 1.14.0) src/elixir.erl:283: :elixir.eval_forms/3

                {"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.System.EnvError',env=><<"API_KEY">>},[{'Elixir.System','fetch_env!',1,[{file,"lib/system.ex"},{line,706}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,282}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,454}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]}]}}
                init terminating in do_boot ({,[{Elixir.System,fetch_env!,1,[{_},{_}]},{erl_eval,do_apply,7,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]}]})
                """##),
        Self(
            name: "raise", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                if config_env() == :prod do
                  database_url =
                    System.get_env("DATABASE_URL") ||
                      raise """
                      environment variable DATABASE_URL is missing.
                      For example: ecto://USER:PASS@HOST/DATABASE
                      """

                  config :hello, url: database_url
                end
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (RuntimeError) environment variable DATABASE_URL is missing.
                For example: ecto://USER:PASS@HOST/DATABASE

                    (stdlib 4.2) erl_eval.erl:744: :erl_eval.do_apply/7
                    (stdlib 4.2) erl_eval.erl:492: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:136: :erl_eval.exprs/6
                    (elixir 1.14.0) src/elixir.erl:283: :elixir.eval_forms/3
                    (elixir 1.14.0) lib/module/parallel_checker.ex:100: Module.ParallelChecker.verify/1
                    (elixir 1.14.0) lib/code.ex:422: Code.validated_eval_string/3
                    (elixir 1.14.0) lib/config.ex:288: Config.__eval__!/3
                    (elixir 1.14.0) lib/config/reader.ex:92: Config.Reader.read!/2

                {"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.RuntimeError',message=><<101,110,118,105,114,111,110,109,101,110,116,32,118,97,114,105,97,98,108,101,32,68,65,84,65,66,65,83,69,95,85,82,76,32,105,115,32,109,105,115,115,105,110,103,46,10,70,111,114,32,101,120,97,109,112,108,101,58,32,101,99,116,111,58,47,47,85,83,69,82,58,80,65,83,83,64,72,79,83,84,47,68,65,84,65,66,65,83,69,10>>},[{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744},{error_info,#{module=>'Elixir.Exception'}}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,492}]},{erl_eval,exprs,6,[{file,"erl_eval.erl"},{line,136}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]},{'Elixir.Module.ParallelChecker',verify,1,[{file,"lib/module/parallel_checker.ex"},{line,100}]},{'Elixir.Code',validated_eval_string,3,[{file,"lib/code.ex"},{line,422}]},{'Elixir.Config','__eval__!',3,[{file,"lib/config.ex"},{line,288}]},{'Elixir.Config.Reader','read!',2,[{file,"lib/config/reader.ex"},{line,92}]}]}}
                init terminating in do_boot ({,[{erl_eval,do_apply,7,[{_},{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,exprs,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]},{Elixir.Module.ParallelChecker,verify,1,[{_},{_}]},{Elixir.Code,validated_eval_string,3,[{_},{_}]},{Elixir.Config,__eval__!,3,[{_},{_}]},{Elixir.Config.Reader,read!,2,[{_},{_}]}]})
                """##),
        Self(
            name: "to_integer", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config

                config :hello, port: String.to_integer(System.get_env("PORT") || "4000")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                {"init terminating in do_boot",{badarg,[{erlang,binary_to_integer,[<<"none-of-these">>],[{error_info,#{module=>erl_erts_errors}}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,282}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,454}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]}]}}
                init terminating in do_boot ({badarg,[{erlang,binary_to_integer,[],[{_}]},{erl_eval,do_apply,7,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]}]})
                """##),
        Self(
            name: "to_integer_of_nothing", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                config :hello, size: String.to_integer(System.get_env("POOL_SIZE"))
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (ArgumentError) errors were found at the given arguments:

                  * 1st argument: not a binary

                    :erlang.binary_to_integer(nil)
                    (stdlib 4.2) erl_eval.erl:744: :erl_eval.do_apply/7
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:290: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:282: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:454: :erl_eval.expr/6
                    (elixir 1.14.0) src/elixir.erl:283: :elixir.eval_forms/3

                {"init terminating in do_boot",{badarg,[{erlang,binary_to_integer,[nil],[{error_info,#{module=>erl_erts_errors}}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,282}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,454}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]}]}}
                init terminating in do_boot ({badarg,[{erlang,binary_to_integer,[nil],[{_}]},{erl_eval,do_apply,7,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]}]})
                """##),
        Self(
            name: "concatenation", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config

                config :hello, url: "http://" <> System.get_env("PHX_HOST")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (ArgumentError) errors were found at the given arguments:

                  * 1st argument: not a bitstring

                    :erlang.bit_size(nil)
                    (stdlib 4.2) eval_bits.erl:114: :eval_bits.eval_exp_field1/9
                    (stdlib 4.2) eval_bits.erl:77: :eval_bits.create_binary/2
                    (stdlib 4.2) eval_bits.erl:68: :eval_bits.expr_grp/5
                    (stdlib 4.2) erl_eval.erl:543: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:290: :erl_eval.expr/6

                {"init terminating in do_boot",{badarg,[{erlang,bit_size,[nil],[{error_info,#{module=>erl_erts_errors,override_segment_position=>2}}]},{eval_bits,eval_exp_field1,9,[{file,"eval_bits.erl"},{line,114}]},{eval_bits,create_binary,2,[{file,"eval_bits.erl"},{line,77}]},{eval_bits,expr_grp,5,[{file,"eval_bits.erl"},{line,68}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,543}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]}]}}
                init terminating in do_boot ({badarg,[{erlang,bit_size,[nil],[{_}]},{eval_bits,eval_exp_field1,9,[{_},{_}]},{eval_bits,create_binary,2,[{_},{_}]},{eval_bits,expr_grp,5,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]}]})
                """##),
        Self(
            name: "match", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                {:ok, key} = System.fetch_env("API_KEY")
                config :hello, key: key
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (MatchError) no match of right hand side value: :error
                    (stdlib 4.2) erl_eval.erl:496: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:136: :erl_eval.exprs/6
                    (elixir 1.14.0) src/elixir.erl:283: :elixir.eval_forms/3
                    (elixir 1.14.0) lib/module/parallel_checker.ex:100: Module.ParallelChecker.verify/1
                    (elixir 1.14.0) lib/code.ex:422: Code.validated_eval_string/3
                    (elixir 1.14.0) lib/config.ex:288: Config.__eval__!/3
                    (elixir 1.14.0) lib/config/reader.ex:92: Config.Reader.read!/2
                    (elixir 1.14.0) lib/config/reader.ex:58: Config.Reader.load/2

                {"init terminating in do_boot",{{badmatch,error},[{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,496}]},{erl_eval,exprs,6,[{file,"erl_eval.erl"},{line,136}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]},{'Elixir.Module.ParallelChecker',verify,1,[{file,"lib/module/parallel_checker.ex"},{line,100}]},{'Elixir.Code',validated_eval_string,3,[{file,"lib/code.ex"},{line,422}]},{'Elixir.Config','__eval__!',3,[{file,"lib/config.ex"},{line,288}]},{'Elixir.Config.Reader','read!',2,[{file,"lib/config/reader.ex"},{line,92}]},{'Elixir.Config.Reader',load,2,[{file,"lib/config/reader.ex"},{line,58}]}]}}
                init terminating in do_boot ({{badmatch,error},[{erl_eval,expr,6,[{_},{_}]},{erl_eval,exprs,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]},{Elixir.Module.ParallelChecker,verify,1,[{_},{_}]},{Elixir.Code,validated_eval_string,3,[{_},{_}]},{Elixir.Config,__eval__!,3,[{_},{_}]},{Elixir.Config.Reader,read!,2,[{_},{_}]},{Elixir.Config.Reader,load,2,[{_},{_}]}]})
                """##),
        Self(
            name: "syntax", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                config :hello, port: (4000
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                {"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.TokenMissingError',column=>1,description=><<"missing terminator: ) (for \"(\" starting at line 2)">>,file=><<"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs">>,line=>3,snippet=>nil},[{'Elixir.Code',validated_eval_string,3,[{file,"lib/code.ex"},{line,421}]},{'Elixir.Config','__eval__!',3,[{file,"lib/config.ex"},{line,288}]},{'Elixir.Config.Reader','read!',2,[{file,"lib/config/reader.ex"},{line,92}]},{'Elixir.Config.Reader',load,2,[{file,"lib/config/reader.ex"},{line,58}]},{'Elixir.Config.Provider','-run_providers/2-fun-0-',2,[{file,"lib/config/provider.ex"},{line,372}]},{'Elixir.Enum','-reduce/3-lists^foldl/2-0-',3,[{file,"lib/enum.ex"},{line,2468}]},{'Elixir.Config.Provider',boot_providers,4,[{file,"lib/config/provider.ex"},{line,238}]}]}}
                init terminating in do_boot ({,[{Elixir.Code,validated_eval_string,3,[{_},{_}]},{Elixir.Config,__eval__!,3,[{_},{_}]},{Elixir.Config.Reader,read!,2,[{_},{_}]},{Elixir.Config.Reader,load,2,[{_},{_}]},{Elixir.Config.Provider,-run_providers/2-fun-0-,2,[{_},{_}]},{Elixir.Enum,-reduce/3-lists^foldl/2-0-,3,[{_},{_}]},{Elixir.Config.Provider,boot_providers,4,[{_},{_}]}]})
                """##),
        Self(
            name: "undefined", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                config :hello, port: prot
                """##,
            output: ##"""
                warning: variable "prot" does not exist and is being expanded to "prot()", please use parentheses to remove the ambiguity or change the variable name
                  _build/prod/rel/hello/releases/0.1.0/runtime.exs:2

                ERROR! Config provider Config.Reader failed with:
                {** (CompileError) _build/prod/rel/hello/releases/0.1.0/runtime.exs:2: undefined function prot/0 (there is no such import)
                    (elixir 1.14.0) src/elixir_expand.erl:618: :elixir_expand.expand_arg/3
                    (elixir 1.14.0) src/elixir_expand.erl:634: :elixir_expand.mapfold/5
                    (elixir 1.14.0) src/elixir_expand.erl:627: :elixir_expand.expand_args/3
                    (elixir 1.14.0) src/elixir_expand.erl:458: :elixir_expand.expand/3
                    (elixir 1.14.0) src/elixir_expand.erl:618: :elixir_expand.expand_arg/3
                    (elixir 1.14.0) src/elixir_expand.erl:556: :elixir_expand.expand_list/5
                    (elixir 1.14.0) src/elixir_expand.erl:466: :elixir_expand.expand/3

                "init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.CompileError',description=><<"undefined function prot/0 (there is no such import)">>,file=><<"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs">>,line=>2},[{elixir_expand,expand_arg,3,[{file,"src/elixir_expand.erl"},{line,618}]},{elixir_expand,mapfold,5,[{file,"src/elixir_expand.erl"},{line,634}]},{elixir_expand,expand_args,3,[{file,"src/elixir_expand.erl"},{line,627}]},{elixir_expand,expand,3,[{file,"src/elixir_expand.erl"},{line,458}]},{elixir_expand,expand_arg,3,[{file,"src/elixir_expand.erl"},{line,618}]},{elixir_expand,expand_list,5,[{file,"src/elixir_expand.erl"},{line,556}]},{elixir_expand,expand,3,[{file,"src/elixir_expand.erl"},{line,466}]}]}}
                init terminating in do_boot ({,[{elixir_expand,expand_arg,3,[{_},{_}]},{elixir_expand,mapfold,5,[{_},{_}]},{elixir_expand,expand_args,3,[{_},{_}]},{elixir_expand,expand,3,[{_},{_}]},{elixir_expand,expand_arg,3,[{_},{_}]},{elixir_expand,expand_list,5,[{_},{_}]},{elixir_expand,expand,3,[{_},{_}]}]})
                """##),
        Self(
            name: "file", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                config :hello, key: File.read!("/nowhere/key")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                {"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.File.Error',action=><<"read file">>,path=><<"/nowhere/key">>,reason=>enoent},[{'Elixir.File','read!',1,[{file,"lib/file.ex"},{line,358}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,282}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,454}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]}]}}
                init terminating in do_boot ({,[{Elixir.File,read!,1,[{_},{_}]},{erl_eval,do_apply,7,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]}]})
                """##),
        Self(
            name: "module", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                defmodule Settings do
                  def key, do: System.fetch_env!("API_KEY")
                end

                import Config
                config :hello, key: Settings.key()
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (System.EnvError) could not fetch environment variable "API_KEY" because it is not set
                    (elixir 1.14.0) lib/system.ex:706: System.fetch_env!/1
                    (stdlib 4.2) erl_eval.erl:744: :erl_eval.do_apply/7
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:290: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:282: :erl_eval.expr/6
                    (stdlib 4.2) erl_eval.erl:961: :erl_eval.expr_list/7
                    (stdlib 4.2) erl_eval.erl:454: :erl_eval.expr/6
                    (elixir 1.14.0) src/elixir.erl:283: :elixir.eval_forms/3

                {"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.System.EnvError',env=><<"API_KEY">>},[{'Elixir.System','fetch_env!',1,[{file,"lib/system.ex"},{line,706}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,744}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,290}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,282}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,961}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,454}]},{elixir,eval_forms,3,[{file,"src/elixir.erl"},{line,283}]}]}}
                init terminating in do_boot ({,[{Elixir.System,fetch_env!,1,[{_},{_}]},{erl_eval,do_apply,7,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{erl_eval,expr_list,7,[{_},{_}]},{erl_eval,expr,6,[{_},{_}]},{elixir,eval_forms,3,[{_},{_}]}]})
                """##),
        Self(
            name: "system_config", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                {"could not start kernel pid",application_controller,"error in config file \"/home/hello/broken.config\" (1): syntax error before: '}'"}
                could not start kernel pid (application_controller) (error in config file "/home/hello/broken.config" (1): syntax error before: '}')
                """##),
        Self(
            name: "vm_args", elixir: "1.14.0", erts: "13.1.5", status: 1,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                bad number of processes none
                Usage: beam.smp [flags] [ -- [init_args] ]
                The flags are:

                -a size        suggest stack size in kilo words for threads
                               in the async-thread pool; valid range is [16-8192]
                -A number      set number of threads in async thread pool;
                               valid range is [1-1024]

                -B[c|d|i]      set break (Ctrl-C) behavior; valid letters are:
                                  'c' to have Ctrl-C interrupt the Erlang shell;
                                  'd' (or no extra option) to disable the break handler;
                                  'i' to ignore break signals

                -c bool        enable or disable time correction
                -C mode        set time warp mode; valid modes are:
                               no_time_warp | single_time_warp | multi_time_warp

                -d             don't write a crash dump for internally detected errors
                               (halt(String) will still produce a crash dump)
                -dcg           set the limit for the number of decentralized counter groups

                -fn[u|a|l]     control how filenames are interpreted

                -hms size      set minimum heap size in words (default 233)
                -hmbs size     set minimum binary virtual heap size in words (default 32768)
                -hmax size     set maximum heap size in words (default 0)
                -hmaxk bool    enable or disable kill at max heap size (default true)
                -hmaxel bool   enable or disable error_logger report at max heap size (default true)
                -hpds size     set initial process dictionary size (default 8)
                """##),
        Self(
            name: "env_sh", elixir: "1.14.0", erts: "13.1.5", status: 2,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                /home/hello/_build/prod/rel/hello/bin/hello: 21: /home/hello/_build/prod/rel/hello/releases/0.1.0/env.sh: FLY_APP_NAME: is not set
                """##),
        Self(
            name: "fine", elixir: "1.14.0", erts: "13.1.5", status: 0,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                """##),
        Self(
            name: "fetch_env", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                config :hello,
                  key: System.fetch_env!("API_KEY")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (System.EnvError) could not fetch environment variable "API_KEY" because it is not set
                    (elixir 1.18.3) lib/system.ex:705: System.fetch_env!/1
                    /home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs:3: (file)
                    (elixir 1.18.3) src/elixir.erl:388: :elixir.eval_external_handler/3
                    (stdlib 6.2.2.1) erl_eval.erl:919: :erl_eval.do_apply/7
                    (stdlib 6.2.2.1) erl_eval.erl:1207: :erl_eval.expr_list/7
                    (stdlib 6.2.2.1) erl_eval.erl:446: :erl_eval.expr/6
                    (stdlib 6.2.2.1) erl_eval.erl:436: :erl_eval.expr/6
                    (stdlib 6.2.2.1) erl_eval.erl:1207: :erl_eval.expr_list/7

                Runtime terminating during boot ({#{env=><<"API_KEY">>,'__struct__'=>'Elixir.System.EnvError','__exception__'=>true},[{'Elixir.System','fetch_env!',1,[{file,"lib/system.ex"},{line,705}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,3}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,446}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,436}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]}]})
                """##),
        Self(
            name: "raise", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                if config_env() == :prod do
                  database_url =
                    System.get_env("DATABASE_URL") ||
                      raise """
                      environment variable DATABASE_URL is missing.
                      For example: ecto://USER:PASS@HOST/DATABASE
                      """

                  config :hello, url: database_url
                end
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                Runtime terminating during boot ({#{message=><<101,110,118,105,114,111,110,109,101,110,116,32,118,97,114,105,97,98,108,101,32,68,65,84,65,66,65,83,69,95,85,82,76,32,105,115,32,109,105,115,115,105,110,103,46,10,70,111,114,32,101,120,97,109,112,108,101,58,32,101,99,116,111,58,47,47,85,83,69,82,58,80,65,83,83,64,72,79,83,84,47,68,65,84,65,66,65,83,69,10>>,'__struct__'=>'Elixir.RuntimeError','__exception__'=>true},[{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,5}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388},{error_info,#{module=>'Elixir.Exception'}}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,663}]},{erl_eval,exprs,6,[{file,"erl_eval.erl"},{line,271}]},{elixir,eval_forms,4,[{file,"src/elixir.erl"},{line,366}]},{'Elixir.Module.ParallelChecker',verify,1,[{file,"lib/module/parallel_checker.ex"},{line,120}]},{'Elixir.Code',validated_eval_string,3,[{file,"lib/cod
                """##),
        Self(
            name: "to_integer", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config

                config :hello, port: String.to_integer(System.get_env("PORT") || "4000")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                Runtime terminating during boot ({badarg,[{erlang,binary_to_integer,[<<"none-of-these">>],[{error_info,#{module=>erl_erts_errors}}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,3}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,446}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,436}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]}]})
                """##),
        Self(
            name: "to_integer_of_nothing", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                config :hello, size: String.to_integer(System.get_env("POOL_SIZE"))
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (ArgumentError) errors were found at the given arguments:

                  * 1st argument: not a binary

                    :erlang.binary_to_integer(nil)
                    /home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs:2: (file)
                    (elixir 1.18.3) src/elixir.erl:388: :elixir.eval_external_handler/3
                    (stdlib 6.2.2.1) erl_eval.erl:919: :erl_eval.do_apply/7
                    (stdlib 6.2.2.1) erl_eval.erl:1207: :erl_eval.expr_list/7
                    (stdlib 6.2.2.1) erl_eval.erl:446: :erl_eval.expr/6
                    (stdlib 6.2.2.1) erl_eval.erl:436: :erl_eval.expr/6
                    (stdlib 6.2.2.1) erl_eval.erl:1207: :erl_eval.expr_list/7

                Runtime terminating during boot ({badarg,[{erlang,binary_to_integer,[nil],[{error_info,#{module=>erl_erts_errors}}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,2}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,446}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,436}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]}]})
                """##),
        Self(
            name: "concatenation", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config

                config :hello, url: "http://" <> System.get_env("PHX_HOST")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (ArgumentError) errors were found at the given arguments:

                  * 1st argument: not a bitstring

                    :erlang.bit_size(nil)
                    (stdlib 6.2.2.1) eval_bits.erl:115: :eval_bits.eval_exp_field1/9
                    /home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs:3: (file)

                Runtime terminating during boot ({badarg,[{erlang,bit_size,[nil],[{error_info,#{module=>erl_erts_errors,override_segment_position=>2}}]},{eval_bits,eval_exp_field1,9,[{file,"eval_bits.erl"},{line,115}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,3}]}]})
                """##),
        Self(
            name: "match", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                {:ok, key} = System.fetch_env("API_KEY")
                config :hello, key: key
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (MatchError) no match of right hand side value: :error
                    (stdlib 6.2.2.1) erl_eval.erl:667: :erl_eval.expr/6
                    /home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs:2: (file)
                    (elixir 1.18.3) src/elixir.erl:366: :elixir.eval_forms/4
                    (elixir 1.18.3) lib/module/parallel_checker.ex:120: Module.ParallelChecker.verify/1
                    (elixir 1.18.3) lib/code.ex:572: Code.validated_eval_string/3
                    (elixir 1.18.3) lib/config.ex:316: Config.__eval__!/3
                    (elixir 1.18.3) lib/config/reader.ex:92: Config.Reader.read!/2

                Runtime terminating during boot ({{badmatch,error},[{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,667}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,2}]},{elixir,eval_forms,4,[{file,"src/elixir.erl"},{line,366}]},{'Elixir.Module.ParallelChecker',verify,1,[{file,"lib/module/parallel_checker.ex"},{line,120}]},{'Elixir.Code',validated_eval_string,3,[{file,"lib/code.ex"},{line,572}]},{'Elixir.Config','__eval__!',3,[{file,"lib/config.ex"},{line,316}]},{'Elixir.Config.Reader','read!',2,[{file,"lib/config/reader.ex"},{line,92}]}]})
                """##),
        Self(
            name: "syntax", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                config :hello, port: (4000
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                ** (TokenMissingError) token missing on _build/prod/rel/hello/releases/0.1.0/runtime.exs:2:27:
                    error: missing terminator: )
                    │
                  2 │ config :hello, port: (4000
                    │                      │    └ missing closing delimiter (expected ")")
                    │                      └ unclosed delimiter
                    │
                    └─ _build/prod/rel/hello/releases/0.1.0/runtime.exs:2:27
                    (elixir 1.18.3) lib/code.ex:571: Code.validated_eval_string/3
                    (elixir 1.18.3) lib/config.ex:316: Config.__eval__!/3
                    (elixir 1.18.3) lib/config/reader.ex:92: Config.Reader.read!/2
                    (elixir 1.18.3) lib/config/reader.ex:58: Config.Reader.load/2
                    (elixir 1.18.3) lib/config/provider.ex:391: anonymous fn/2 in Config.Provider.run_providers/2
                    (elixir 1.18.3) lib/enum.ex:2546: Enum."-reduce/3-lists^foldl/2-0-"/3
                    (elixir 1.18.3) lib/config/provider.ex:238: Config.Provider.boot_providers/4

                Runtime terminating during boot ({#{line=>2,file=><<"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs">>,description=><<"missing terminator: )">>,column=>22,'__struct__'=>'Elixir.TokenMissingError','__exception__'=>true,snippet=><<99,111,110,102,105,103,32,58,104,101,108,108,111,44,32,112,111,114,116,58,32,40,52,48,48,48,10>>,end_column=>1,end_line=>3,expected_delimiter=>')',opening_delimiter=>'('},[{'Elixir.Code',validated_eval_string,3,[{file,"lib/code.ex"},{line,571}]},{'Elixir.Config','__eval__!',3,[{file,"lib/config.ex"},{line,316}]},{'Elixir.Config.Reader','read!',2,[{file,"lib/config/reader.ex"},{line,92}]},{'Elixir.Config.Reader',load,2,[{file,"lib/config/reader.ex"},{line,58}]},{'Elixir.Config.Provider','-run_providers/2-fun-0-',2,[{file,"lib/config/provider.ex"},{line,391}]},{'Elixir.Enum','-reduce/3-lists^foldl/2-0-',3,[{file,"lib/enum.ex"},{line,2546}]},{'Elixir.Config.Provider',boot_providers,4,[{file,"lib/config/provider.ex"},{line,238}]}]})
                """##),
        Self(
            name: "undefined", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                config :hello, port: prot
                """##,
            output: ##"""
                    error: undefined variable "prot"
                    │
                  2 │ config :hello, port: prot
                    │ ^^^^^^^^^^^^^^^^^^^^^^^^^
                    │
                    └─ _build/prod/rel/hello/releases/0.1.0/runtime.exs:2

                ERROR! Config provider Config.Reader failed with:
                ** (CompileError) _build/prod/rel/hello/releases/0.1.0/runtime.exs: cannot compile file (errors have been logged)
                    (elixir 1.18.3) src/elixir_expand.erl:472: :elixir_expand.expand/3
                    (elixir 1.18.3) src/elixir_expand.erl:683: :elixir_expand.expand_arg/3
                    (elixir 1.18.3) src/elixir_expand.erl:699: :elixir_expand.mapfold/5
                    (elixir 1.18.3) src/elixir_expand.erl:692: :elixir_expand.expand_args/3
                    (elixir 1.18.3) src/elixir_expand.erl:515: :elixir_expand.expand/3
                    (elixir 1.18.3) src/elixir_expand.erl:683: :elixir_expand.expand_arg/3
                    (elixir 1.18.3) src/elixir_expand.erl:615: :elixir_expand.expand_list/5

                Runtime terminating during boot ({#{line=>0,file=><<"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs">>,description=><<"cannot compile file (errors have been logged)">>,'__struct__'=>'Elixir.CompileError','__exception__'=>true},[{elixir_expand,expand,3,[{file,"src/elixir_expand.erl"},{line,472}]},{elixir_expand,expand_arg,3,[{file,"src/elixir_expand.erl"},{line,683}]},{elixir_expand,mapfold,5,[{file,"src/elixir_expand.erl"},{line,699}]},{elixir_expand,expand_args,3,[{file,"src/elixir_expand.erl"},{line,692}]},{elixir_expand,expand,3,[{file,"src/elixir_expand.erl"},{line,515}]},{elixir_expand,expand_arg,3,[{file,"src/elixir_expand.erl"},{line,683}]},{elixir_expand,expand_list,5,[{file,"src/elixir_expand.erl"},{line,615}]}]})
                """##),
        Self(
            name: "file", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                config :hello, key: File.read!("/nowhere/key")
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                Runtime terminating during boot ({#{reason=>enoent,path=><<"/nowhere/key">>,'__struct__'=>'Elixir.File.Error','__exception__'=>true,action=><<"read file">>},[{'Elixir.File','read!',1,[{file,"lib/file.ex"},{line,385}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,2}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,446}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,436}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]}]})
                """##),
        Self(
            name: "module", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                defmodule Settings do
                  def key, do: System.fetch_env!("API_KEY")
                end

                import Config
                config :hello, key: Settings.key()
                """##,
            output: ##"""
                ERROR! Config provider Config.Reader failed with:
                Runtime terminating during boot ({#{env=><<"API_KEY">>,'__struct__'=>'Elixir.System.EnvError','__exception__'=>true},[{'Elixir.System','fetch_env!',1,[{file,"lib/system.ex"},{line,705}]},{elixir_eval,'__FILE__',1,[{file,"/home/hello/_build/prod/rel/hello/releases/0.1.0/runtime.exs"},{line,6}]},{elixir,eval_external_handler,3,[{file,"src/elixir.erl"},{line,388}]},{erl_eval,do_apply,7,[{file,"erl_eval.erl"},{line,919}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,446}]},{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,436}]},{erl_eval,expr_list,7,[{file,"erl_eval.erl"},{line,1207}]}]})
                """##),
        Self(
            name: "system_config", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                Could not start kernel pid (application_controller) ("error in config file \"/home/hello/broken.config\" (1): syntax error before: '}'")
                """##),
        Self(
            name: "vm_args", elixir: "1.18.3", erts: "15.2.7", status: 1,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                bad number of processes none
                Usage: beam.smp [flags] [ -- [init_args] ]
                The flags are:

                -a size        suggest stack size in kilo words for threads
                               in the async-thread pool; valid range is [16-8192]
                -A number      set number of threads in async thread pool;
                               valid range is [1-1024]

                -B[c|d|i]      set break (Ctrl-C) behavior; valid letters are:
                                  'c' to have Ctrl-C interrupt the Erlang shell;
                                  'd' (or no extra option) to disable the break handler;
                                  'i' to ignore break signals

                -c bool        enable or disable time correction
                -C mode        set time warp mode; valid modes are:
                               no_time_warp | single_time_warp | multi_time_warp

                -d             don't write a crash dump for internally detected errors
                               (halt(String) will still produce a crash dump)
                -dcg           set the limit for the number of decentralized counter groups

                -fn[u|a|l]     control how filenames are interpreted

                -hms size      set minimum heap size in words (default 233)
                -hmbs size     set minimum binary virtual heap size in words (default 32768)
                -hmax size     set maximum heap size in words (default 0)
                -hmaxk bool    enable or disable kill at max heap size (default true)
                -hmaxel bool   enable or disable error_logger report at max heap size (default true)
                -hmaxib bool   enable or disable including off-heap binaries into max heap size (default false)
                """##),
        Self(
            name: "env_sh", elixir: "1.18.3", erts: "15.2.7", status: 2,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                /home/hello/_build/prod/rel/hello/bin/hello: 21: /home/hello/_build/prod/rel/hello/releases/0.1.0/env.sh: FLY_APP_NAME: is not set
                """##),
        Self(
            name: "fine", elixir: "1.18.3", erts: "15.2.7", status: 0,
            runtime: ##"""
                import Config
                """##,
            output: ##"""
                """##),
    ]
}
