SELECT set_config(set_config(1,2,false), (3,false), false), +-/* */ - -- x
1.e0x1_2$3;;;