%% The application and its only supervisor.
-module(hello_relx_app).
-behaviour(application).
-behaviour(supervisor).

-export([start/2, stop/1, init/1]).

start(_Type, _Arguments) ->
    %% Raises here and now where a setting is missing or of another type than the app was written for.
    Settings = hello_relx_settings:all(),
    {port, Port} = lists:keyfind(port, 1, Settings),
    supervisor:start_link({local, hello_relx_sup}, ?MODULE, binary_to_integer(Port)).

stop(_State) -> ok.

init(Port) ->
    Server = #{id => server, start => {hello_relx_server, start_link, [Port]}},
    {ok, {#{strategy => one_for_one}, [Server]}}.
