defmodule PhoenixLikeTest do
  use ExUnit.Case

  alias PhoenixLike.{Endpoint, WebSocket}
  alias PhoenixLike.Endpoint.{CheckOrigin, ForceSSL, Request}

  defp connect do
    {:ok, socket} = :gen_tcp.connect({127, 0, 0, 1}, Endpoint.Listener.port(), [:binary, active: false])
    socket
  end

  defp request(text) do
    socket = connect()
    :ok = :gen_tcp.send(socket, text)
    read(socket, "")
  end

  defp read(socket, so_far) do
    case :gen_tcp.recv(socket, 0, 5_000) do
      {:ok, more} -> read(socket, so_far <> more)
      {:error, :closed} -> so_far
    end
  end

  defp get(path, headers \\ ""),
    do: request("GET #{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n#{headers}\r\n")

  defp with_ssl(run) do
    config = Endpoint.config()
    Application.put_env(:phoenix_like, Endpoint, Keyword.put(config, :force_ssl, true))
    run.()
    Application.put_env(:phoenix_like, Endpoint, config)
  end

  test "health is 200, another path 404, another method 405, nonsense 400" do
    assert "HTTP/1.1 200 " <> _ = get("/health")
    assert "HTTP/1.1 404 " <> _ = get("/nothing")
    assert "HTTP/1.1 405 " <> _ = request("PUT / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
    assert "HTTP/1.1 400 " <> _ = request("nonsense\r\n\r\n")
  end

  test "a connection serves one request after another" do
    socket = connect()

    for _ <- 1..3 do
      :ok = :gen_tcp.send(socket, "GET /health HTTP/1.1\r\nhost: test\r\n\r\n")
      {:ok, answer} = :gen_tcp.recv(socket, 0, 5_000)
      assert answer =~ ~r/^HTTP\/1.1 200 .*ok\n$/s
      refute answer =~ "connection: close"
    end
  end

  test "a body comes back as it was, of known length and in chunks" do
    body = :crypto.strong_rand_bytes(300_000)
    sized = "POST /echo HTTP/1.1\r\nconnection: close\r\ncontent-length: #{byte_size(body)}\r\n\r\n"
    assert [_head, ^body] = String.split(request(sized <> body), "\r\n\r\n", parts: 2)

    chunked =
      "POST /echo HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"

    assert [_head, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"] = String.split(request(chunked), "\r\n\r\n", parts: 2)
  end

  test "server-sent events come one by one" do
    answer = get("/sse?events=2&every=1")
    assert answer =~ "content-type: text/event-stream"
    assert answer =~ ~r/id: 1\nevent: tick\ndata: .*id: 2\nevent: tick\n/s
    assert String.ends_with?(answer, "0\r\n\r\n")
  end

  test "without HTTPS in front one is sent there, when it is asked for" do
    with_ssl(fn ->
      assert get("/a?b=c") =~ ~r/^HTTP\/1.1 301 .*location: https:\/\/shop.example\/a\?b=c\r\n/s
      assert get("/health", "x-forwarded-proto: https\r\n") =~ ~r/^HTTP\/1.1 200 .*strict-transport-security: /s
      assert request("POST /echo HTTP/1.1\r\ncontent-length: 1\r\n\r\na") =~ "HTTP/1.1 307 "
    end)

    assert {:go, []} = ForceSSL.check(%Request{}, force_ssl: false)
  end

  test "an origin is the endpoint's host, or this machine, or none" do
    config = [url: [host: "shop.example"]]
    allowed = fn origin -> CheckOrigin.allowed?(%Request{headers: %{"origin" => origin}}, config) end
    assert allowed.("https://shop.example")
    assert allowed.("http://localhost:4000")
    refute allowed.("https://shop.example.evil.test")
    refute allowed.("null")
    assert CheckOrigin.allowed?(%Request{}, config)
  end

  describe "the WebSocket" do
    @handshake "GET /socket/websocket HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n" <>
                 "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    defp open do
      socket = connect()
      :ok = :gen_tcp.send(socket, @handshake <> "\r\n")
      {:ok, "HTTP/1.1 101 " <> _ = head} = :gen_tcp.recv(socket, 0, 5_000)
      # the example of RFC 6455, 1.3
      assert head =~ "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
      socket
    end

    # The mask is zeros, so what is sent is what is meant.
    defp frame(last, code, payload) do
      size = byte_size(payload)
      length = if size < 126, do: <<1::1, size::7>>, else: <<1::1, 127::7, size::64>>
      <<last::1, 0::3, code::4>> <> length <> <<0::32>> <> payload
    end

    test "echoes what comes in one frame, in several, and with a ping in between" do
      socket = open()
      :ok = :gen_tcp.send(socket, frame(1, 1, "Grüße"))
      assert {:ok, <<0x81, 7, "Grüße">>} = :gen_tcp.recv(socket, 9, 5_000)
      :ok = :gen_tcp.send(socket, frame(0, 2, "ab") <> frame(1, 9, "?") <> frame(1, 0, "cd"))
      assert {:ok, <<0x8A, 1, "?", 0x82, 4, "abcd">>} = :gen_tcp.recv(socket, 9, 5_000)
      large = :crypto.strong_rand_bytes(100_000)
      :ok = :gen_tcp.send(socket, frame(1, 2, large))
      assert {:ok, <<0x82, 127, 100_000::64, ^large::binary>>} = :gen_tcp.recv(socket, 100_010, 5_000)
    end

    test "unmasks (the example of RFC 6455, 5.7)" do
      bytes = <<0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58>>
      assert {:ok, {:text, true, "Hello"}, ""} = WebSocket.Frame.read(bytes, 100)
      for size <- 0..10, do: assert(:more = WebSocket.Frame.read(binary_part(bytes, 0, size), 100))
    end

    test "is closed with the code that says why" do
      for {bytes, code} <- [
            {frame(1, 8, <<1000::16>>), 1000},
            {<<0x81, 0x01, "a">>, 1002},
            {frame(1, 0, "a"), 1002},
            {frame(1, 1, <<255>>), 1007},
            {<<0x82, 0xFF, 0xFFFFFFFF::64, 0::32>>, 1009}
          ] do
        socket = open()
        :ok = :gen_tcp.send(socket, bytes)
        assert {:ok, <<0x88, 2, ^code::16>>} = :gen_tcp.recv(socket, 4, 5_000)
      end
    end

    test "is refused to a page from elsewhere, and to what is no handshake" do
      assert request(String.replace(@handshake, "Upgrade", "close") <> "origin: https://evil.test\r\n\r\n") =~
               "HTTP/1.1 403 "

      assert get("/socket/websocket") =~ "HTTP/1.1 400 "
      other_version = @handshake |> String.replace("Upgrade", "close") |> String.replace("13", "12")
      assert request(other_version <> "\r\n") =~ "HTTP/1.1 426 "
    end
  end

  test "when told to stop it accepts nobody, closes WebSockets with 1012, and finishes what is under way" do
    {slow, idle, web_socket} = {connect(), connect(), open()}
    port = Endpoint.Listener.port()
    :ok = :gen_tcp.send(slow, "GET /slow?ms=400 HTTP/1.1\r\nhost: test\r\n\r\n")
    :ok = :gen_tcp.send(idle, "GET /health HTTP/1.1\r\nhost: test\r\n\r\n")
    {:ok, _answer} = :gen_tcp.recv(idle, 0, 5_000)

    stop = Task.async(fn -> Supervisor.terminate_child(PhoenixLike.Supervisor, Endpoint) end)
    on_exit(fn -> Supervisor.restart_child(PhoenixLike.Supervisor, Endpoint) end)
    assert {:ok, <<0x88, 2, 1012::16>>} = :gen_tcp.recv(web_socket, 4, 5_000)
    assert {:error, :closed} = :gen_tcp.recv(idle, 0, 5_000)
    assert {:error, :econnrefused} = :gen_tcp.connect({127, 0, 0, 1}, port, [])
    :gen_tcp.close(web_socket)
    assert read(slow, "") =~ ~r/^HTTP\/1.1 200 .*connection: close.*done\n$/s
    :gen_tcp.close(slow)
    assert Task.await(stop) == :ok
  end

  test "a migration appends a line to the file that the database's URL names" do
    path = Path.join(System.tmp_dir!(), "phoenix_like_#{System.unique_integer([:positive])} %.migrations")
    on_exit(fn -> File.rm(path) end)
    repo = Application.fetch_env!(:phoenix_like, PhoenixLike.Repo)
    on_exit(fn -> Application.put_env(:phoenix_like, PhoenixLike.Repo, repo) end)

    Application.put_env(:phoenix_like, PhoenixLike.Repo, url: "file://" <> URI.encode(path))
    ExUnit.CaptureIO.capture_io(fn -> for _ <- 1..2, do: PhoenixLike.Release.migrate() end)
    assert [<<"phoenix_like 0.1.0 pid ", _::binary>>, _] = path |> File.read!() |> String.split("\n", trim: true)

    Application.put_env(:phoenix_like, PhoenixLike.Repo, url: "ecto://user:pass@host/db")
    assert_raise ArgumentError, ~r/file:\/\/\/path/, fn -> PhoenixLike.Release.migrate() end
  end

  describe "runtime.exs" do
    @names ~w(PHX_SERVER DATABASE_URL ECTO_IPV6 POOL_SIZE SECRET_KEY_BASE PHX_HOST PORT DNS_CLUSTER_QUERY FORCE_SSL)
    @required %{"DATABASE_URL" => "file:///tmp/x", "SECRET_KEY_BASE" => "secret"}

    defp runtime(variables) do
      System.put_env(Map.new(@names, &{&1, nil}))
      System.put_env(variables)
      Config.Reader.read!("config/runtime.exs", env: :prod)[:phoenix_like]
    after
      System.put_env(Map.new(@names, &{&1, nil}))
    end

    test "says which variable is missing" do
      assert_raise RuntimeError, ~r/^environment variable DATABASE_URL is missing/, fn -> runtime(%{}) end
      only_one = Map.take(@required, ["DATABASE_URL"])
      assert_raise RuntimeError, ~r/^environment variable SECRET_KEY_BASE is missing/, fn -> runtime(only_one) end
    end

    test "listens only when it is told to" do
      config = runtime(@required)
      assert config[Endpoint][:server] == nil
      assert config[Endpoint][:http][:port] == 4000
      config = runtime(Map.merge(@required, %{"PHX_SERVER" => "true", "PORT" => "1234", "PHX_HOST" => "shop.example"}))
      assert config[Endpoint][:server]
      assert config[Endpoint][:http][:port] == 1234
      assert config[Endpoint][:url] == [host: "shop.example", port: 443, scheme: "https"]
    end
  end
end
