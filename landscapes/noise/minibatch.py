"""The noise of minibatches: the gradient over a part of the data."""

from landscapes.noise._noise import Noise, strength
from visualizer.spec import Hyper, Source, Text

MINIBATCH = Noise(
    title=Text("Minibatches", "小批量"),
    order=50,
    source=Source("Bottou, Curtis and Nocedal, SIAM Review 60", 2018, "1606.04838"),
    formula=r"g_t = \frac{1}{|B_t|} \sum_{i \in B_t} \nabla f_i(\theta)",
    summary=Text(
        "Each update sees a batch of the data, an epoch all of them once. The loss that is drawn is that of all data.",
        "每次更新只看一批数据\uff0c一个轮次恰好看遍全部数据。画出的是全部数据的损失。",
    ),
    needs_data=True,
    hypers=(
        Hyper(
            "batch",
            "|B|",
            1,
            1,
            40,
            doc=Text(
                "How many data a batch holds; as many as there are, and there is no noise.",
                "一批的数据个数\uff1b取全部数据时没有噪声。",
            ),
            kind="int",
            least=1,
            most=128,
        ),
        Hyper(
            "order",
            r"\text{order}",
            "shuffled",
            kind="choice",
            choices=("shuffled", "cyclic"),
            doc=Text(
                "Whether each epoch draws an order of its own, or goes through the data one after another.",
                "每个轮次重新打乱次序\uff0c还是依次循环。",
            ),
        ),
        strength(
            "label",
            r"\tau",
            0.0,
            Text(
                "Standard deviation of the noise on the labels, drawn anew at every visit; it turns over a class.",
                "标签噪声的标准差\uff0c每次访问重新抽取\uff1b分类时会翻转类别。",
            ),
        ),
    ),
    apply=lambda g, theta, draw, h: g,
)
