#!/usr/bin/env escript
%% Writes golden vectors of the external term format, made by the real term_to_binary of the OTP that runs this script.
%%   escript make-vectors.escript > otp25.tsv
%% One line per vector: name, kind, bytes in hex, the term as Erlang prints it (`-` where names of nodes or floats make that
%% a matter of taste). Kind `canonical` is what term_to_binary writes today, `legacy` what older peers or options write.
main(_) ->
    %% never printed as Latin-1
    ok = io:setopts(standard_io, [{encoding, unicode}]),
    io:format("# made by make-vectors.escript on Erlang/OTP ~s, ERTS ~s~n",
              [erlang:system_info(otp_release), erlang:system_info(version)]),
    [write(Name, canonical, term_to_binary(T), Printed) || {Name, T, Printed} <- terms()],
    [legacy(Name, Bin, Printed) || {Name, Bin, Printed} <- legacy()],
    ok.

write(Name, Kind, Bin, Printed) ->
    Text = case Printed of
               print -> io_lib:format("~0tp", [binary_to_term(Bin)]);
               hidden -> "-"
           end,
    io:format("~s\t~s\t~s\t~ts~n", [Name, Kind, [io_lib:format("~2.16.0b", [B]) || <<B>> <= Bin], Text]).

%% what no option of term_to_binary writes any more is put together by hand, and read by binary_to_term as the proof
legacy(Name, Bin, Printed) ->
    _ = binary_to_term(Bin),
    write(Name, legacy, Bin, Printed).

node_atom() -> <<100, 0, 3, "a@b">>.
pid_bytes() -> <<131, 88, (node_atom())/binary, 77:32, 3:32, 5:32>>.

terms() ->
    X = 42,
    [{"zero", 0, print}, {"byte", 255, print}, {"word", 256, print}, {"minus_one", -1, print},
     {"int32_max", 2147483647, print}, {"int32_min", -2147483648, print}, {"int33", 2147483648, print},
     {"minus_int33", -2147483649, print},
     {"int64_max", 9223372036854775807, print}, {"int64_min", -9223372036854775808, print},
     {"above_int64", 9223372036854775808, print}, {"below_int64", -9223372036854775809, print},
     {"uint64_max", 18446744073709551615, print}, {"big_65", 1 bsl 64, print}, {"large_big", 1 bsl 3000, print},
     {"minus_large_big", -(3 bsl 2100) + 7, print},
     {"float", 1.5, hidden}, {"float_zero", 0.0, hidden}, {"float_minus_zero", -0.0, hidden},
     {"float_tiny", 5.0e-324, hidden}, {"float_huge", 1.7976931348623157e308, hidden},
     {"atom", hello, print}, {"atom_empty", '', print}, {"atom_quoted", 'Hello World', print},
     {"atom_quote", 'it\'s', print}, {"atom_at", a@b, print}, {"atom_reserved", 'after', print},
     {"atom_latin1", list_to_atom([233]), hidden}, {"atom_utf8", list_to_atom([1087, 1088, 1080]), hidden},
     {"atom_255", list_to_atom(lists:duplicate(255, $z)), print},
     {"atom_255_wide", list_to_atom(lists:duplicate(255, 8364)), hidden},
     {"true", true, print},
     {"tuple_0", {}, print}, {"tuple_3", {a, 1, <<"x">>}, print}, {"tuple_256", list_to_tuple(lists:seq(1, 256)), print},
     {"nil", [], print}, {"string", "abc", print}, {"string_bytes", [0, 255, 7], print},
     {"string_65535", lists:duplicate(65535, $q), hidden},
     {"list", [a, 1, "xy", <<>>], print}, {"list_wide", [1000, 2], print}, {"list_unicode", [8364, 120], print},
     {"list_65536", lists:duplicate(65536, $q), hidden},
     {"improper", [a, b | c], print}, {"improper_bytes", [1, 2 | 3], print},
     {"map_0", #{}, print}, {"map_1", #{a => 1}, print}, {"map_mixed", #{{k} => <<"v">>}, print},
     {"map_3", #{a => 1, b => [2], c => #{d => 3}}, hidden},
     {"map_100", maps:from_list([{I, I * I} || I <- lists:seq(1, 100)]), hidden},
     {"binary_0", <<>>, print}, {"binary", <<"hello">>, print}, {"binary_bytes", <<0, 1, 254, 255>>, print},
     {"binary_utf8", <<"héllo"/utf8>>, print}, {"binary_escapes", <<"a\"b\\c\n">>, print},
     {"bits_1", <<1:1>>, print}, {"bits_11", <<1, 5:3>>, print},
     {"pid", binary_to_term(pid_bytes()), hidden},
     {"port", binary_to_term(<<131, 89, (node_atom())/binary, 9:32, 5:32>>), hidden},
     {"reference", binary_to_term(<<131, 90, 3:16, (node_atom())/binary, 5:32, 1:32, 2:32, 3:32>>), hidden},
     {"export", fun lists:map/2, print}, {"closure", fun(Y) -> X + Y end, hidden},
     {"memory", [{total, 20000000}, {processes, 5000000}, {atom, 262033}], print},
     {"status", {started, started}, print},
     {"applications", [{stdlib, "ERTS  CXC 138 10", "4.2"}], print}].

legacy() ->
    Ids = <<(node_atom())/binary>>,
    [{"float_text", term_to_binary(-1.0e-5, [{minor_version, 0}]), hidden},
     {"compressed", term_to_binary(lists:duplicate(300, hello), [compressed]), hidden},
     {"compressed_9", term_to_binary(binary:copy(<<"ab">>, 5000), [{compressed, 9}]), hidden},
     {"atom_ext", <<131, 100, 0, 2, "ok">>, print}, {"small_atom_ext", <<131, 115, 2, "ok">>, print},
     {"atom_ext_latin1", <<131, 100, 0, 1, 233>>, hidden},
     {"atom_utf8_ext", <<131, 118, 0, 2, "ok">>, print},
     {"small_tuple_as_large", <<131, 105, 0, 0, 0, 1, 97, 1>>, print},
     {"list_of_bytes", <<131, 108, 0, 0, 0, 2, 97, 104, 97, 105, 106>>, print},
     {"list_in_tail", <<131, 108, 0, 0, 0, 1, 97, 1, 108, 0, 0, 0, 1, 97, 2, 106>>, print},
     {"string_in_tail", <<131, 108, 0, 0, 0, 1, 100, 0, 1, "a", 107, 0, 2, 1, 2>>, print},
     {"list_0", <<131, 108, 0, 0, 0, 0, 106>>, print},
     {"big_as_small", <<131, 110, 1, 0, 7>>, print}, {"big_with_zeros", <<131, 110, 4, 1, 1, 0, 0, 0>>, print},
     {"large_big_small", <<131, 111, 0, 0, 0, 2, 0, 0, 1>>, print}, {"int_as_word", <<131, 98, 0, 0, 0, 5>>, print},
     {"bits_full", <<131, 77, 0, 0, 0, 2, 8, 1, 2>>, print}, {"bits_dirty", <<131, 77, 0, 0, 0, 1, 3, 255>>, print},
     {"pid_ext", <<131, 103, Ids/binary, 77:32, 3:32, 1>>, hidden},
     {"port_ext", <<131, 102, Ids/binary, 9:32, 1>>, hidden},
     {"v4_port_ext", <<131, 120, Ids/binary, 16#123456789a:64, 5:32>>, hidden},
     {"reference_ext", <<131, 101, Ids/binary, 9:32, 1>>, hidden},
     {"new_reference_ext", <<131, 114, 3:16, Ids/binary, 1, 7:32, 8:32, 9:32>>, hidden},
     {"newer_reference_5", <<131, 90, 5:16, Ids/binary, 5:32, 1:32, 2:32, 3:32, 4:32, 5:32>>, hidden}].
