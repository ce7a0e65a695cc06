import io, unittest
class T(unittest.TestCase):
    def test_one(self): self.assertEqual(1, 1)
    def test_two(self): self.assertAlmostEqual(1.0, 2.0)
result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(T))
assert result.testsRun == 2 and len(result.failures) == 1
