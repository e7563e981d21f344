defmodule HelloTest do
  use ExUnit.Case

  defp request(text) do
    {:ok, socket} = :gen_tcp.connect({127, 0, 0, 1}, Hello.Server.port(), [:binary, active: false])
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

  test "the page counts, and JSON shows the count without counting" do
    before = Hello.Counter.total()
    assert get("/") =~ "<b>#{before + 1}</b>"
    assert get("/json") =~ ~s("hits":#{before + 1}})
    assert get("/json") =~ ~s("hits":#{before + 1}})
  end

  test "health is 200, another path 404, another method 405, nonsense 400" do
    assert "HTTP/1.1 200 " <> _ = get("/health")
    assert "HTTP/1.1 404 " <> _ = get("/nothing")
    assert "HTTP/1.1 405 " <> _ = request("POST / HTTP/1.1\r\nhost: test\r\n\r\n")
    assert "HTTP/1.1 400 " <> _ = request("nonsense\r\n\r\n")
  end

  test "a greeting cannot break out of the page or of the JSON" do
    facts = %{node: "a@b", peers: [], greeting: ~s(<b>"\\\n), hits: 0}
    assert Hello.Page.html(facts) =~ "&lt;b&gt;&quot;"
    assert Hello.Page.json(facts) =~ ~S("greeting":"<b>\"\\\u000A")
  end

  test "what two nodes know of each other's hits is the higher of both" do
    assert Hello.Counter.merge(%{a: 3, b: 1}, %{b: 4, c: 2}) == %{a: 3, b: 4, c: 2}
  end
end
