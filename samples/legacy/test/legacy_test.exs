defmodule LegacyTest do
  use ExUnit.Case

  defp request(text) do
    {:ok, socket} = :gen_tcp.connect({127, 0, 0, 1}, Legacy.Server.port(), [:binary, active: false])
    :ok = :gen_tcp.send(socket, text)
    read(socket, "")
  end

  defp read(socket, so_far) do
    case :gen_tcp.recv(socket, 0, 5_000) do
      {:ok, more} -> read(socket, so_far <> more)
      {:error, :closed} -> so_far
    end
  end

  defp get(path), do: request("GET #{path} HTTP/1.1\r\nhost: test\r\n\r\n")

  test "health is 200, another path 404, another method 405, nonsense 400" do
    assert "HTTP/1.1 200 " <> _ = get("/health")
    assert "HTTP/1.1 404 " <> _ = get("/nothing")
    assert "HTTP/1.1 405 " <> _ = request("POST / HTTP/1.1\r\nhost: test\r\n\r\n")
    assert "HTTP/1.1 400 " <> _ = request("nonsense\r\n\r\n")
  end

  test "what was filled in is shown byte by byte, whatever type it has" do
    text = get("/config")
    assert text =~ "greeting=#{Base.encode64("Hello")}\n"
    assert text =~ "motto=#{Base.encode64("As it was")}\n"
    assert text =~ "mode=#{Base.encode64("plain")}\n"
    assert text =~ "node=#{Base.encode64("nonode@nohost")}\n"
  end

  test "a setting of another type is an error" do
    greeting = Application.fetch_env!(:legacy, :greeting)
    on_exit(fn -> Application.put_env(:legacy, :greeting, greeting) end)
    Application.put_env(:legacy, :greeting, ~c"a charlist")
    assert_raise FunctionClauseError, fn -> Legacy.Settings.all() end
  end

  test "a release is built with placeholders, not with what the builder's environment holds" do
    config = Config.Reader.read!("config/config.exs", env: :prod)
    assert config[:legacy][:greeting] == "${GREETING}"
    assert config[:legacy][:motto] == ~c"${MOTTO}"
    assert config[:legacy][:mode] == :"${MODE}"
  end
end
