defmodule Hello.Counter do
  @moduledoc """
  A hit counter that the whole cluster shares, and that no node owns.

  It is a grow-only counter: every run of a node counts its own hits under a key of its own, tells the
  other nodes, and everybody keeps the highest figure heard for each key. The total is the sum. A node
  that dies takes nothing with it, one that starts is told everything, and two halves of a split
  cluster agree again as soon as they see each other.
  """
  use GenServer

  def start_link(options) do
    GenServer.start_link(__MODULE__, options, name: Keyword.get(options, :name, __MODULE__))
  end

  @doc "Counts one hit, and returns the total with it."
  def hit(counter \\ __MODULE__), do: GenServer.call(counter, :hit)

  @doc "The total of all nodes, as far as this one has heard."
  def total(counter \\ __MODULE__), do: GenServer.call(counter, :total)

  @doc "What is known when two have told each other what they know."
  def merge(one, other), do: Map.merge(one, other, fn _key, left, right -> max(left, right) end)

  @impl true
  def init(_options) do
    :ok = :net_kernel.monitor_nodes(true)
    tell(Node.list(), :tell_me)
    {:ok, %{key: {node(), System.system_time()}, counts: %{}}}
  end

  @impl true
  def handle_call(:hit, _from, state) do
    counts = Map.update(state.counts, state.key, 1, &(&1 + 1))
    tell(Node.list(), {:counts, Map.take(counts, [state.key])})
    {:reply, sum(counts), %{state | counts: counts}}
  end

  def handle_call(:total, _from, state), do: {:reply, sum(state.counts), state}

  @impl true
  def handle_info({:counts, heard}, state) do
    {:noreply, %{state | counts: merge(state.counts, heard)}}
  end

  def handle_info({:tell_me, node}, state) do
    tell([node], {:counts, state.counts})
    {:noreply, state}
  end

  def handle_info({:nodeup, node}, state) do
    tell([node], {:counts, state.counts})
    {:noreply, state}
  end

  def handle_info(_other, state), do: {:noreply, state}

  defp tell(nodes, :tell_me), do: tell(nodes, {:tell_me, node()})
  defp tell(nodes, message), do: Enum.each(nodes, &send({__MODULE__, &1}, message))

  defp sum(counts), do: counts |> Map.values() |> Enum.sum()
end
