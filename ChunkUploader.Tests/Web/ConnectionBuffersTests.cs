using System.Buffers;
using ChunkUploader.Web.Connections;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class ConnectionBuffersTests
{
    const int Large = ConnectionBuffers.LargeLength;

    readonly ConnectionBuffers _buffers = new();

    [OneTimeTearDown]
    public void Dispose() => _buffers.Dispose();

    [Test]
    public void Lends_a_large_buffer_that_is_an_array_and_takes_it_back()
    {
        var before = _buffers.LentBytes;
        var buffer = _buffers.Rent(4096);

        Assert.That(buffer.Memory.Length, Is.EqualTo(Large));
        Assert.That(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(buffer.Memory, out _),
            "the framework sends several buffers at once as arrays");
        Assert.That(_buffers.LentBytes, Is.EqualTo(before + Large));
        buffer.Dispose();
        Assert.That(_buffers.LentBytes, Is.EqualTo(before));
    }

    [Test]
    public void Lends_the_same_buffer_again()
    {
        var first = _buffers.Rent();
        first.Dispose();
        var second = _buffers.Rent();

        Assert.That(second, Is.SameAs(first));
        second.Dispose();
    }

    [Test]
    public void Lends_small_ones_once_enough_large_ones_are_lent()
    {
        var lent = new List<IMemoryOwner<byte>>();
        while (_buffers.LentBytes + Large <= ConnectionBuffers.MaxLargeBytes)
        {
            lent.Add(_buffers.Rent());
        }

        var small = _buffers.Rent(4096);
        var full = _buffers.LentBytes;
        lent.ForEach(buffer => buffer.Dispose());
        var large = _buffers.Rent();

        Assert.That(small.Memory.Length, Is.InRange(4096, Large - 1));
        Assert.That((full, large.Memory.Length), Is.EqualTo((ConnectionBuffers.MaxLargeBytes, Large)));
        small.Dispose();
        large.Dispose();
    }

    [Test]
    public void Lets_go_of_those_that_nobody_needed_between_two_looks()
    {
        _buffers.Trim();
        _buffers.Trim();
        var lent = Enumerable.Range(0, 64).Select(_ => _buffers.Rent()).ToList();
        _buffers.Trim();
        lent.ForEach(buffer => buffer.Dispose());
        _buffers.Trim();
        var afterUse = _buffers.FreeBytes;
        _buffers.Rent().Dispose();
        _buffers.Trim();

        Assert.That((afterUse, _buffers.FreeBytes), Is.EqualTo((64L * Large, (long)Large)), "one was needed again");
    }

    [Test]
    public void Refuses_what_no_buffer_can_hold() =>
        Assert.That(() => _buffers.Rent(Large + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
}
